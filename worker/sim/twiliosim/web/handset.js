// Keeps a page of the simulator fresh and sends its forms in place. Without this
// script every form still works and the page shows the news on reload.
'use strict';
(() => {
  const live = () => document.querySelectorAll('[data-live]');
  let tag = '', asking = false;

  async function refresh(force) {
    if (asking || (document.hidden && !force)) return;
    asking = true;
    try {
      const headers = tag && !force ? { 'If-None-Match': tag } : {};
      const answer = await fetch(location.href, { headers, cache: 'no-store' });
      if (answer.status === 200) {
        tag = answer.headers.get('ETag') || '';
        show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
      }
    } catch { /* the simulator has stopped; the next try may find it again */ }
    asking = false;
  }

  function show(fresh) {
    const focused = document.activeElement && document.activeElement.id;
    for (const old of live()) {
      const now = fresh.getElementById(old.id);
      if (!now || old.id === 'live-wrong' || old.outerHTML === now.outerHTML) continue;
      if (old.contains(document.activeElement) && document.activeElement.tagName === 'SELECT') continue;
      if (old.querySelector('details[open]')) now.querySelector('details')?.setAttribute('open', '');
      old.replaceWith(document.adoptNode(now));
    }
    const again = focused && document.getElementById(focused);
    if (again && again !== document.activeElement) again.focus();
  }

  async function send(form, button) {
    const data = new FormData(form, button);
    const back = data.get('back');
    data.delete('back');
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(data) });
    if (answer.ok) {
      if ('clear' in form.dataset) form.reset();
      const wrong = document.getElementById('live-wrong');
      if (wrong) wrong.hidden = true;
      return refresh(true).then(heed);
    }
    const page = new URL(back, location.href);
    page.searchParams.set('wrong', (await answer.json()).wrong);
    location.assign(page);
  }

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    event.preventDefault();
    send(form, event.submitter).catch(() => location.reload());
  });

  // The call as it is heard: words by a voice of the browser, recordings as they are, in
  // their order. New words, a key or the end of the call cut off what is being said.
  let on = false, said = '', sounding = null;

  function hush() {
    if (window.speechSynthesis) speechSynthesis.cancel();
    if (sounding) sounding.pause();
    sounding = null;
  }

  function voiceFor(lang) {
    const all = window.speechSynthesis ? speechSynthesis.getVoices() : [];
    return all.find((v) => v.lang.replace('_', '-').toLowerCase().startsWith(lang.slice(0, 2).toLowerCase()));
  }

  async function sayAll(words) {
    const mine = said;
    for (const part of words.querySelectorAll('p[lang], audio')) {
      if (!on || said !== mine) return;
      if (part.tagName === 'AUDIO') {
        sounding = part;
        await new Promise((done) => { part.onended = part.onpause = part.onerror = done; part.play().catch(done); });
        continue;
      }
      const voice = voiceFor(part.lang);
      const missing = document.getElementById('no-voice');
      if (missing) missing.hidden = Boolean(voice);
      if (!voice) continue;
      const words = new SpeechSynthesisUtterance(part.textContent);
      words.voice = voice;
      words.lang = voice.lang;
      await new Promise((done) => { words.onend = words.onerror = done; speechSynthesis.speak(words); });
    }
  }

  function heed() {
    const box = document.getElementById('listen'), words = document.querySelector('[data-said]');
    if (!box || !words) {
      if (said) hush();
      said = '';
      return;
    }
    box.closest('.listen').hidden = false;
    box.checked = on;
    if (words.dataset.said === said) return;
    hush();
    said = words.dataset.said;
    if (on) sayAll(words);
  }

  document.addEventListener('change', (event) => {
    if (event.target.id !== 'listen') return;
    on = event.target.checked;
    said = '';
    if (on) heed(); else hush();
  });
  heed();
  setInterval(() => refresh().then(heed), 1000);
})();
