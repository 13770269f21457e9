// All of this is comfort: every page works without it. It shows times in the viewer's zone, keeps a page fresh, and knows some keys.
(() => {
  'use strict';

  // --- Times: the zone of whoever looks; UTC stays in the tooltip ---------------------------------------------------------
  const two = (number) => String(number).padStart(2, '0');
  const clock = (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const day = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const zone = (date) => {
    const minutes = -date.getTimezoneOffset();
    return minutes === 0 ? 'UTC' : `${minutes < 0 ? '−' : '+'}${two(Math.trunc(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  };
  const rough = (milliseconds) => {
    const seconds = Math.floor(milliseconds / 1000);
    if (milliseconds < 1000) { return `${Math.floor(milliseconds)} ms`; }
    if (seconds < 10) { return `${(milliseconds / 1000).toFixed(1)} s`; }
    if (seconds < 60) { return `${seconds} s`; }
    const pair = (large, largeUnit, small, smallUnit) => small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 10) { return pair(minutes, 'min', seconds % 60, 's'); }
    if (minutes < 60) { return `${minutes} min`; }
    const hours = Math.floor(minutes / 60);
    if (hours < 24) { return pair(hours, 'h', minutes % 60, 'min'); }
    const days = Math.floor(hours / 24);
    return days < 10 ? pair(days, 'd', hours % 24, 'h') : `${days} d`;
  };

  // The server's clock counts, not this machine's: what it wrote as "now" stands in the footer.
  const asOf = document.querySelector('footer time');
  let skew = asOf ? Date.parse(asOf.dateTime) - Date.now() : 0;

  const relative = (date) => {
    const away = date.getTime() - (Date.now() + skew);
    if (Math.abs(away) < 1000) { return 'now'; }
    return away > 0 ? `in ${rough(away)}` : `${rough(-away)} ago`;
  };

  const show = (time) => {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) { return; }
    const today = day(date) === day(new Date(Date.now() + skew));
    const text = {
      relative: () => relative(date),
      clock: () => `${two(date.getHours())}:${two(date.getMinutes())}`,
      'clock-ms': () => `${clock(date)}.${String(date.getMilliseconds()).padStart(3, '0')}`,
      time: () => `${today ? '' : `${day(date)} `}${clock(date)} ${zone(date)}`,
    }[time.dataset.form];
    if (text) {
      const now = text();
      if (time.textContent !== now) { time.textContent = now; }
    }
  };
  // What hangs at a part of a picture begins with its time, without a date.
  const showTitle = (title) => {
    const date = new Date(title.dataset.at);
    title.textContent = title.textContent.replace(/^\d\d:\d\d UTC/, `${two(date.getHours())}:${two(date.getMinutes())} ${zone(date)}`);
  };
  const showAll = (root) => {
    root.querySelectorAll('time[data-form]').forEach(show);
    root.querySelectorAll('title[data-at]').forEach(showTitle);
  };
  showAll(document);
  setInterval(() => { if (!document.hidden) { document.querySelectorAll('time[data-form="relative"]').forEach(show); } }, 1000);

  // --- Ticking: all runs of a page at once. Which are ticked, the form itself knows -------------------------------------------
  const offerAll = (root) => root.querySelectorAll('th[data-pick]').forEach((head) => {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.setAttribute('aria-label', 'Tick all on this page');
    head.replaceChildren(box);
  });
  offerAll(document);
  document.addEventListener('change', (event) => {
    const form = event.target.closest('form.picking');
    if (!form) { return; }
    const [all, boxes] = [form.querySelector('th[data-pick] input'), [...form.querySelectorAll('input[name="id"]')]];
    if (event.target === all) { boxes.forEach((box) => { box.checked = all.checked; }); }
    all.checked = boxes.every((box) => box.checked);
    all.indeterminate = !all.checked && boxes.some((box) => box.checked);
  });

  // --- Live: an event says that something changed; the page is read again and its live parts are exchanged --------------------
  const dot = document.querySelector('[data-live-dot]');
  const follow = (root) => root.querySelectorAll('[data-follow]').forEach((log) => { log.scrollTop = log.scrollHeight; });
  follow(document);

  let reading = false;
  let again = false;
  const refresh = async () => {
    if (reading) { again = true; return; }
    reading = true;
    try {
      const response = await fetch(location.href, { headers: { 'X-Silos-Live': '1' }, credentials: 'same-origin' });
      if (!response.ok || response.redirected) { return; }
      const next = new DOMParser().parseFromString(await response.text(), 'text/html');
      const now = next.querySelector('footer time');
      if (now && asOf) { skew = Date.parse(now.dateTime) - Date.now(); asOf.dateTime = now.dateTime; asOf.title = now.title; show(asOf); }
      showAll(next);
      offerAll(next);
      for (const part of document.querySelectorAll('[data-live][id]')) {
        const fresh = next.getElementById(part.id);
        // What somebody works in stays as it is: an open menu, a field, runs that are ticked.
        if (!fresh || fresh.innerHTML === part.innerHTML || part.querySelector('details.menu[open], input[name="id"]:checked') || part.contains(document.activeElement) && document.activeElement.matches('input, textarea, select')) { continue; }
        const focus = part.contains(document.activeElement) ? [...part.querySelectorAll('a, button, summary, [tabindex]')].indexOf(document.activeElement) : -1;
        const open = [...part.querySelectorAll('details')].map((details) => details.open);
        const scroll = part.querySelector('.log, .heat, pre');
        const [top, left, atEnd] = scroll ? [scroll.scrollTop, scroll.scrollLeft, scroll.scrollTop + scroll.clientHeight >= scroll.scrollHeight - 4] : [0, 0, false];
        part.replaceChildren(...fresh.childNodes);
        part.querySelectorAll('details').forEach((details, index) => { if (open[index] !== undefined) { details.open = open[index]; } });
        const moved = part.querySelector('.log, .heat, pre');
        if (moved) { moved.scrollLeft = left; moved.scrollTop = atEnd && moved.hasAttribute('data-follow') ? moved.scrollHeight : top; }
        if (focus >= 0) { [...part.querySelectorAll('a, button, summary, [tabindex]')][focus]?.focus({ preventScroll: true }); }
      }
      if (document.body.dataset.events && !next.body.dataset.events) { events?.close(); if (dot) { dot.hidden = true; } delete document.body.dataset.events; }
      document.dispatchEvent(new Event('silos:refreshed'));
    } catch {
      // The server is away for a moment; the next event tries again.
    } finally {
      reading = false;
      if (again) { again = false; setTimeout(refresh, 500); }
    }
  };

  let events = null;
  const listen = () => {
    if (events || !document.body.dataset.events || document.hidden) { return; }
    events = new EventSource(document.body.dataset.events);
    events.onopen = () => { if (dot) { dot.hidden = false; dot.classList.remove('away'); dot.textContent = 'live'; } refresh(); };
    events.onerror = () => { if (dot) { dot.hidden = false; dot.classList.add('away'); dot.textContent = 'reconnecting'; } };
    events.addEventListener('change', refresh);
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { events?.close(); events = null; } else { listen(); if (document.body.dataset.events) { refresh(); } }
  });
  addEventListener('pagehide', () => { events?.close(); events = null; });
  addEventListener('pageshow', listen);
  listen();

  // --- Keys -----------------------------------------------------------------------------------------------------------
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      const menu = document.querySelector('details.menu[open]');
      if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) { return; }
    if (event.key === '/') {
      const search = document.querySelector('[data-search]');
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
  });
  document.addEventListener('click', (event) => {
    document.querySelectorAll('details.menu[open]').forEach((menu) => { if (!menu.contains(event.target)) { menu.open = false; } });
  });
  document.addEventListener('toggle', (event) => {
    if (event.target.matches?.('details.menu') && event.target.open) { event.target.querySelector('input:not([type=hidden]), button')?.focus(); }
  }, true);

  // --- Theme: without a choice the page follows the system, so the first press takes the other one -------------------------
  const theme = document.querySelector('[data-theme-button]');
  if (theme && !document.documentElement.dataset.theme) {
    const other = matchMedia('(prefers-color-scheme: dark)').matches ? 'light' : 'dark';
    theme.value = other;
    theme.title = `Switch to the ${other} theme`;
    theme.setAttribute('aria-label', theme.title);
  }

  // --- What is shown once: a button that copies it -------------------------------------------------------------------------
  document.querySelectorAll('button[data-copy]').forEach((button) => {
    const text = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text.textContent.trim());
        button.textContent = 'Copied';
      } catch {
        // Without https browsers keep the clipboard to themselves: selected it is copied with a key.
        getSelection().selectAllChildren(text);
        button.textContent = 'Selected';
      }
    });
  });

  // --- Payload editors: say at once what is no JSON -------------------------------------------------------------------------
  document.querySelectorAll('textarea[data-json]').forEach((editor) => {
    const check = () => {
      let problem = '';
      try { if (editor.value.trim()) { JSON.parse(editor.value); } } catch (error) { problem = error.message; }
      editor.classList.toggle('bad', problem !== '');
      editor.setCustomValidity(problem ? `This is no JSON: ${problem}` : '');
    };
    editor.addEventListener('input', check);
    check();
  });
})();
