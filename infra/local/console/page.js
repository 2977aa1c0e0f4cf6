'use strict';
// Asks for the state every second and draws it. Text from the cloud is only ever set as text.

const $ = (id) => document.getElementById(id);
let state = null;
let received = 0;

function cell(text, className) {
  const td = document.createElement('td');
  if (className) td.className = className;
  if (text instanceof Node) td.append(text); else td.textContent = text;
  return td;
}

function tag(text, className) {
  const span = document.createElement('span');
  span.className = 'tag ' + (className || '');
  span.textContent = text;
  return span;
}

const time = (t) => new Date(t).toLocaleTimeString([], { hour12: false });
const dateTime = (t) => new Date(t).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short', hour12: false });
const took = (ms) => (ms >= 1000 ? (ms / 1000).toFixed(2) + ' s' : ms.toFixed(ms < 10 ? 2 : 1) + ' ms');
const bytes = (n) => (n >= 1 << 20 ? (n / (1 << 20)).toFixed(1) + ' MB' : n >= 1024 ? (n / 1024).toFixed(1) + ' kB' : n + ' B');

function drawClock() {
  if (!state) return;
  const now = new Date(Date.parse(state.now) + Date.now() - received);
  $('now').textContent = now.toLocaleString([], { dateStyle: 'full', timeStyle: 'medium', hour12: false });
  const s = Math.abs(state.offsetSeconds);
  const size = s >= 172800 ? Math.round(s / 86400) + ' days' : s >= 7200 ? Math.round(s / 3600) + ' hours' : Math.round(s / 60) + ' minutes';
  $('offset').textContent = s < 2 ? 'the time of this machine' : size + (state.offsetSeconds > 0 ? ' ahead' : ' behind');
}

function drawFunctions() {
  $('functions').replaceChildren(...state.functions.map((f) => {
    const t = state.totals[f.name] || { invocations: 0, failures: 0, ms: null };
    const row = document.createElement('tr');
    const name = document.createElement('div');
    name.textContent = f.name;
    if (f.broken) {
      const why = document.createElement('pre');
      why.textContent = f.broken;
      name.append(' ', tag('not built', 'bad'), why);
    }
    const processes = f.processes + (f.waiting ? ' (' + f.waiting + ' waiting)' : '');
    const woken = document.createElement('div');
    for (const trigger of f.triggers || []) {
      const one = document.createElement('span');
      one.textContent = trigger;
      woken.append(one, ' ');
    }
    row.append(cell(name, 'f'), cell(woken, 'mono quiet woken'), cell(t.invocations, 'n'),
      cell(t.failures ? tag(t.failures, 'bad') : '0', 'n'), cell(t.ms === null ? '–' : took(t.ms), 'n'), cell(processes, 'n'),
      cell(f.timeoutSeconds + ' s, ' + f.memoryMB + ' MB', 'n quiet'));
    return row;
  }));
  const only = $('only');
  if (only.options.length === 1) state.functions.forEach((f) => only.add(new Option(f.name, f.name)));
}

function drawSchedules() {
  const list = state.schedules || [];
  $('schedules-section').hidden = list.length === 0;
  if ($('schedules').childElementCount === list.length) {
    list.forEach((s, i) => { $('schedules').rows[i].cells[3].textContent = dateTime(s.next); });
    return;
  }
  $('schedules').replaceChildren(...list.map((s) => {
    const row = document.createElement('tr');
    const run = document.createElement('button');
    run.textContent = 'Run now';
    run.addEventListener('click', () => post('/_local/run', { function: s.function, schedule: s.name }));
    row.append(cell(s.function, 'f'), cell(s.name), cell(s.expression, 'mono'), cell(dateTime(s.next)), cell(run, 'n'));
    return row;
  }));
}

function drawDead() {
  $('dead-count').textContent = state.deadLetters || '';
  const box = $('dead');
  if (!state.deadLetters) { box.textContent = 'Nothing was given up.'; box.className = 'quiet'; return; }
  if (box.childElementCount === state.lastDeadLetters.length) return;
  box.className = '';
  box.replaceChildren(...state.lastDeadLetters.map((d) => {
    const one = document.createElement('details');
    const head = document.createElement('summary');
    head.textContent = dateTime(d.at) + ' · ' + d.queue;
    const body = document.createElement('pre');
    body.textContent = JSON.stringify(d.body, null, 2);
    one.append(head, body);
    return one;
  }));
}

function drawInvocations() {
  const shown = (state.invocations || []).filter((i) => (!$('only').value || i.function === $('only').value) && (!$('failed').checked || i.outcome !== 'ok'));
  $('invocations').replaceChildren(...shown.slice(0, 100).map((i) => {
    const row = document.createElement('tr');
    const outcome = document.createElement('div');
    outcome.append(tag(i.outcome, i.outcome === 'ok' ? '' : 'bad'));
    if (i.cold) outcome.append(' ', tag('cold', 'cold'));
    if (i.message) { const why = document.createElement('pre'); why.textContent = i.message; outcome.append(why); }
    row.append(cell(time(i.at), 'quiet time'), cell(i.function, 'f'), cell(i.trigger, 'mono quiet'), cell(outcome), cell(took(i.ms), 'n'),
      cell(i.memoryMB ? i.memoryMB.toFixed(1) + ' MB' : '–', 'n quiet'), cell(bytes(i.requestBytes) + ' / ' + bytes(i.responseBytes), 'n quiet'));
    return row;
  }));
}

function drawHead() {
  $('dot').className = 'dot ' + (state.ready ? 'ready' : '');
  $('ready').textContent = state.ready ? 'ready' : 'starting…';
}

async function refresh() {
  try {
    const answer = await fetch('/_local/state');
    state = await answer.json();
    received = Date.now();
    drawHead(); drawFunctions(); drawSchedules(); drawDead();
    if ($('live').checked) drawInvocations();
  } catch {
    $('dot').className = 'dot gone';
    $('ready').textContent = 'stopped';
  }
}

async function post(path, wish) {
  await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wish) });
  await refresh();
  drawClock();
}

document.querySelectorAll('[data-skip]').forEach((b) => b.addEventListener('click', () => post('/_local/clock', { skip: b.dataset.skip })));
$('reset').addEventListener('click', () => post('/_local/clock', { reset: true }));
$('set-now').addEventListener('click', () => { if ($('set').value) post('/_local/clock', { set: new Date($('set').value).toISOString() }); });
$('only').addEventListener('change', drawInvocations);
$('failed').addEventListener('change', drawInvocations);
setInterval(drawClock, 250);
(async function loop() { await refresh(); setTimeout(loop, 1000); })();
