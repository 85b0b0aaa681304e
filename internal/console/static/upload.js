// The script of the page that creates an import job: it uploads the file and keeps the
// choices in the address. It decides and formats nothing.
(() => {
  'use strict';
  const drop = document.getElementById('drop');
  const form = document.getElementById('create');
  const part = (id) => document.getElementById(id);
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  const {begin, through} = drop.dataset;
  part('csv').removeAttribute('name'); // used without scripts only
  let sending;
  const say = (text) => { part('up').textContent = text; };
  const busy = (on) => { part('upbar').hidden = part('upstop').hidden = !on; };
  const failed = (text) => { busy(false); say(text); };
  const typed = (more) => {
    const all = new URLSearchParams(new FormData(form));
    all.delete('csv');
    for (const name in more) all.set(name, more[name]);
    return all;
  };
  // Submits the form; the server answers with the page about it.
  const look = (more) => {
    for (const name in more) {
      let field = form.elements.namedItem(name);
      if (!field) form.append(field = Object.assign(document.createElement('input'), {type: 'hidden', name}));
      field.value = more[name];
    }
    form.submit();
  };
  // The address has all choices, for people who leave the page and return.
  form.addEventListener('change', async (event) => {
    if (event.target.id === 'csv') return;
    const answer = await fetch(begin, {method: 'POST', body: typed({do: 'keep'}), headers: {Accept: 'text/plain'}}).catch(() => {});
    if (answer?.ok && !answer.redirected) history.replaceState(history.state, '', await answer.text());
  });
  document.addEventListener('htmx:after:swap', () => part('csv')?.removeAttribute('name'));
  document.addEventListener('htmx:before:response', (event) => {
    const {sourceElement, response} = event.detail.ctx;
    if (response.status !== 401 || !form.contains(sourceElement)) return;
    event.preventDefault();
    look();
  });
  const send = (method, url, header, body, done, lost) => {
    const begun = Date.now();
    let moved = 0;
    sending = new XMLHttpRequest();
    sending.open(method, url);
    sending.setRequestHeader(...header);
    sending.upload.onprogress = ({loaded, total}) => {
      const rate = loaded / Math.max(1, Date.now() - begun) * 1000;
      moved = loaded;
      part('upbar').value = loaded / total * 100;
      say(`${megabytes(loaded)} of ${megabytes(total)} MB · ${megabytes(rate)} MB/s · ${Math.ceil((total - loaded) / rate)} seconds left`);
    };
    sending.onerror = () => { if (moved || !lost) failed('The upload stopped: the connection was lost. Choose the file again.'); else lost(); };
    sending.onabort = () => failed('The upload was cancelled.');
    sending.onload = () => {
      const {status, response} = sending;
      if (status === 200) return done(response);
      if (status === 401) return look();
      failed(status === 422 ? response : new DOMParser().parseFromString(response, 'text/xml').querySelector('Message')?.textContent || `The upload was refused (${status}).`);
    };
    sending.send(body);
  };
  // If the browser may not write to the bucket, the file goes through the server.
  const relay = (file, id) => {
    const body = new FormData(form);
    body.set('upload', id);
    body.delete('csv');
    body.append('csv', file);
    if (part('cors')) part('cors').hidden = false;
    send('POST', through, ['Accept', 'text/plain'], body, (upload) => look({upload, file: file.name, through: 1}));
  };
  const take = async (file) => {
    busy(true);
    say('Preparing the upload…');
    try {
      const answer = await fetch(begin, {method: 'POST', body: typed({do: 'begin'}), headers: {Accept: 'text/plain'}});
      if (answer.status === 401) return look();
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const [upload, url] = (await answer.text()).split('\n');
      send('PUT', url, ['x-amz-server-side-encryption', 'aws:kms'], file, () => look({upload, file: file.name}),
        new URL(url).origin !== location.origin && (() => relay(file, upload)));
    } catch {
      failed('The upload could not begin. Choose the file again.');
    }
  };
  form.addEventListener('change', (event) => { if (event.target.id === 'csv' && event.target.files[0]) take(event.target.files[0]); });
  form.addEventListener('click', (event) => { if (event.target.id === 'upstop') sending?.abort(); });
  for (const name of ['dragover', 'dragleave', 'drop']) {
    form.addEventListener(name, (event) => {
      const over = event.target.closest?.('#drop');
      if (!over) return;
      event.preventDefault();
      over.classList.toggle('over', name === 'dragover');
      if (name === 'drop' && event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
    });
  }
})();
