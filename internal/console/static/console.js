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
