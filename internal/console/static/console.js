// What pages do more with scripts than without. Nothing here decides or formats.
(() => {
  'use strict';
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const input of document.querySelectorAll('input[name=zone]')) input.value = zone;
  const root = document.documentElement;
  const signedIn = document.getElementById('me');
  if (signedIn && zone && root.dataset.zone !== zone) {
    fetch('/console/preferences', {method: 'POST', body: new URLSearchParams({zone}), redirect: 'manual'}).catch(() => {});
  }
  document.getElementById('summary')?.focus();
  document.querySelector('form[data-press]')?.requestSubmit();
  // A form that is sent twice by a double click is sent once.
  const sent = new WeakMap();
  document.addEventListener('submit', event => {
    if (event.target.method === 'post' && event.timeStamp - (sent.get(event.target) ?? -Infinity) < 1000) event.preventDefault();
    else sent.set(event.target, event.timeStamp);
  });
  let lost;
  const show = (id, shown) => {
    const alert = document.getElementById(id);
    if (alert) alert.hidden = !shown;
  };
  // A browser opens few connections to a server, six by HTTP/1.1, and a stream takes one.
  // So a page that is not shown hears one message, and closes its stream until later.
  let stream;
  const rest = () => { if (document.hidden) stream?.reader?.cancel(); };
  document.addEventListener('visibilitychange', () => {
    const live = document.getElementById('live');
    if (document.hidden) rest();
    else if (live) window.htmx?.trigger(live, 'shown');
  });
  const lose = () => { lost ??= setTimeout(() => show('lost', true), 3000); };
  const found = () => {
    lost = clearTimeout(lost);
    show('lost', false);
    show('signedout', false);
  };
  const signedOut = () => {
    lost = clearTimeout(lost);
    show('lost', false);
    show('signedout', true);
  };
  document.addEventListener('htmx:sse:before:connection', (event) => {
    if (document.hidden && event.detail.connection.attempt > 0) return event.preventDefault();
    lose();
  });
  document.addEventListener('htmx:sse:after:connection', (event) => {
    stream = event.detail.connection;
    found();
  });
  document.addEventListener('htmx:sse:error', (event) => { if (event.detail.status === 401) signedOut(); });
  // The extension tries a lost connection again, but not one that never was, and nothing
  // tries a page again that was to be loaded anew: both are tried here.
  const tryAgain = (what) => {
    lose();
    setTimeout(() => {
      const live = document.getElementById('live');
      if (live && !document.hidden) window.htmx.trigger(live, what);
    }, 700 + 600 * Math.random());
  };
  const kindOf = (source) => source?.id === 'live' ? 'shown' : source?.dataset?.hxTrigger === 'state from:#live' ? 'state' : '';
  document.addEventListener('htmx:error', (event) => {
    const what = kindOf(event.detail.ctx?.sourceElement);
    if (what) tryAgain(what);
  });
  document.addEventListener('htmx:before:response', (event) => {
    const {sourceElement, response} = event.detail.ctx;
    const what = kindOf(sourceElement);
    if (!what || response.status < 400 || what === 'state' && response.status < 500) return;
    event.preventDefault(); // the answer is no part of the page
    if (response.status === 401) signedOut();
    else tryAgain(what);
  });
  // A page that is not shown hears a message now and then. One that is shown is loaded
  // anew when its connection died unnoticed.
  let heard = Date.now();
  setInterval(() => {
    const live = document.getElementById('live');
    if (!live || Date.now() - heard < (document.hidden ? 15000 : 60000)) return;
    heard = Date.now();
    window.htmx?.trigger(live, document.hidden ? 'shown' : 'state');
  }, 5000);
  const title = document.title.replace(/^\d+% – /, '');
  document.addEventListener('htmx:sse:after:message', () => {
    heard = Date.now();
    const percent = document.querySelector('#live [data-title]');
    if (percent) document.title = percent.dataset.title + title;
    rest();
  });
  // Enter leaves a cell for the same column of the next row.
  const column = (cell) => cell.name.replace(/\d+/, '');
  const cells = (row) => [...row.querySelectorAll('input[type=text]')];
  document.addEventListener('keydown', (event) => {
    const cell = event.target, row = cell.closest?.('.grid-edit tr');
    if (event.key !== 'Enter' || event.isComposing || !row || !cells(row).includes(cell)) return;
    event.preventDefault();
    let next, at = row;
    while (!next && (at = event.shiftKey ? at.previousElementSibling : at.nextElementSibling)) next = cells(at).find((to) => column(to) === column(cell));
    cell.blur();
    (next ?? cell).focus();
  });
  let used;
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('button[name=put]');
    if (button) used = cells(button.closest('td, tr'))[0]?.id;
  });
  document.addEventListener('htmx:after:swap', () => {
    if (used && document.activeElement === document.body) document.getElementById(used)?.focus();
    used = undefined;
  });
  for (const name of ['htmx:error', 'htmx:before:response']) {
    document.addEventListener(name, (event) => {
      const {sourceElement: at, response} = event.detail.ctx ?? {}, status = name === 'htmx:error' ? 0 : response.status;
      if (!at?.closest('.grid-edit')) return;
      show('lost', !status || status > 401);
      show('signedout', status === 401);
      if (status > 400) event.preventDefault();
    });
  }
  const drop = document.getElementById('drop');
  if (drop) {
    const form = document.getElementById('create');
    const part = (id) => document.getElementById(id);
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    const {begin, through} = drop.dataset;
    part('csv').removeAttribute('name'); // of the form without scripts
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
    // The form goes to the server as it is, which leads to the page with all of it.
    const look = (more) => {
      for (const name in more) {
        let field = form.elements.namedItem(name);
        if (!field) form.append(field = Object.assign(document.createElement('input'), {type: 'hidden', name}));
        field.value = more[name];
      }
      form.submit();
    };
    // The address has what was chosen, for those who go away and come back.
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
    // Where the browser may not write to another place, the file goes through the server.
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
  }
  if (navigator.clipboard) {
    for (const pre of document.querySelectorAll('.cmd pre')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn gap';
      button.textContent = 'Copy';
      button.addEventListener('click', async () => {
        await navigator.clipboard.writeText(pre.textContent);
        button.textContent = 'Copied';
      });
      pre.after(button);
    }
  }
})();
