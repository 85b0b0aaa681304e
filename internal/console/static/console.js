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
  let lost;
  const show = (id, shown) => {
    const alert = document.getElementById(id);
    if (alert) alert.hidden = !shown;
  };
  document.addEventListener('htmx:sse:before:connection', () => { lost ??= setTimeout(() => show('lost', true), 3000); });
  document.addEventListener('htmx:sse:after:connection', () => {
    lost = clearTimeout(lost);
    show('lost', false);
    show('signedout', false);
  });
  document.addEventListener('htmx:sse:error', (event) => {
    if (event.detail.status !== 401) return;
    clearTimeout(lost);
    show('lost', false);
    show('signedout', true);
  });
  const title = document.title.replace(/^\d+% – /, '');
  document.addEventListener('htmx:sse:after:message', () => {
    const percent = document.querySelector('#live [data-title]');
    if (percent) document.title = percent.dataset.title + title;
  });
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
