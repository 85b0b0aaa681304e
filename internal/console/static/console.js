// The script of all pages. It decides and formats nothing.
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
  // A double click sends a form once.
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
  // A browser opens few connections to a server (six by HTTP/1.1), and a stream takes one.
  // So a hidden page receives one message and then closes its stream for a while.
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
  // The extension retries a lost connection, but not a failed first one, and nothing
  // retries a failed reload of the page. Both are retried here.
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
    event.preventDefault(); // the answer is not a part of the page
    if (response.status === 401) signedOut();
    else tryAgain(what);
  });
  // A hidden page receives a message now and then. A shown page is loaded again if its
  // connection died unnoticed: a stream without news sends the event "alive".
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
  // Enter moves from a cell to the same column of the next row.
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
