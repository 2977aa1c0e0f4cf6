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

// The payment processor is commanded at an address of its own.
const payments = $('payments-section');
let processor = null;

const intentStates = { succeeded: '', processing: 'cold', canceled: 'quiet', requires_payment_method: 'bad', requires_action: 'cold' };

function drawPayments() {
  const list = processor.intents || [];
  $('no-payments').hidden = list.length > 0;
  $('waiting').textContent = processor.waiting ? ' (' + processor.waiting + ')' : '';
  $('payments').replaceChildren(...list.map((i) => {
    const row = document.createElement('tr');
    const state = document.createElement('div');
    state.append(tag(i.status.replaceAll('_', ' '), intentStates[i.status] ?? 'cold'));
    if (i.reason) state.append(' ', tag(i.reason.replaceAll('_', ' '), 'bad'));
    if (i.returned) state.append(' ', tag('refunded ' + i.returned, 'cold'));
    if (i.dispute) state.append(' ', tag('disputed, ' + i.dispute.replaceAll('_', ' '), i.dispute === 'won' ? 'cold' : 'bad'));
    const acts = document.createElement('div');
    acts.className = 'acts';
    if (i.status === 'succeeded' && i.refunded < i.captured) acts.append(act('Refund', '/refund', { intent: i.id }, i.id));
    if (i.status === 'succeeded' && !i.dispute) acts.append(act('Dispute', '/dispute', { intent: i.id }, i.id));
    if (i.dispute === 'needs_response') acts.append(act('Bank takes it', '/dispute/end', { intent: i.id, won: false }, i.id), act('Bank lets go', '/dispute/end', { intent: i.id, won: true }, i.id));
    acts.append(act('Resend', '/resend', { id: i.id }, i.id));
    row.append(cell(new Date(i.at).toLocaleString([], { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false }), 'quiet time'), cell(i.id, 'mono'), cell(i.text, 'n'), cell(state), cell(i.method || '–', 'quiet nowrap'),
      cell((i.metadata && i.metadata.payment) || '–', 'mono quiet'), cell(acts));
    return row;
  }));
  const waiting = (processor.faults || []).map((f) => f.kind + ' × ' + f.next + (f.endpoint ? ' at ' + f.endpoint : ''));
  $('faults').textContent = waiting.length ? 'Waiting: ' + waiting.join('; ') : 'No fault waits.';
  const unsent = (processor.events || []).filter((e) => !e.delivered && !e.givenUp).length;
  const last = (processor.events || [])[0];
  $('hooks').textContent = (last ? 'Last: ' + last.type + (last.delivered ? ', delivered' : last.givenUp ? ', not sent' : ', tried ' + last.attempts + ' times') + '. ' : '') + (unsent ? unsent + ' of the last wait.' : 'None waits.');
}

function act(text, path, wish, about) {
  const button = document.createElement('button');
  button.textContent = text;
  button.setAttribute('aria-label', text + ': ' + about);
  button.addEventListener('click', () => command('POST', path, wish));
  return button;
}

function drawChoices() {
  if ($('fault-kind').options.length) return;
  processor.kinds.forEach((k) => $('fault-kind').add(new Option(k, k)));
  processor.endpoints.forEach((e) => $('fault-endpoint').add(new Option(e, e)));
  $('hook-drop').checked = processor.webhooks.drop;
  $('hook-reverse').checked = processor.webhooks.reverse;
  $('hook-copies').value = processor.webhooks.copies;
  $('hook-delay').value = processor.webhooks.delayMillis / 1000;
}

async function refreshPayments() {
  if (!payments) return;
  const text = await (await fetch(payments.dataset.at + '/state')).text();
  // What did not change is left alone, so that a button keeps its focus.
  if (processor && text === processor.text) return;
  processor = Object.assign(JSON.parse(text), { text });
  drawChoices(); drawPayments();
}

async function command(method, path, wish) {
  const answer = await fetch(payments.dataset.at + path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(wish) });
  const problem = $('payments-problem');
  problem.hidden = answer.ok;
  problem.textContent = answer.ok ? '' : (await answer.json()).message;
  await refreshPayments();
}

function listenToPayments() {
  if (!payments) return;
  $('settle').addEventListener('click', () => command('POST', '/settle', {}));
  $('fault-clear').addEventListener('click', () => command('DELETE', '/faults', {}));
  $('fault-form').addEventListener('submit', (e) => {
    e.preventDefault();
    command('POST', '/faults', { kind: $('fault-kind').value, endpoint: $('fault-endpoint').value, reason: $('fault-reason').value, next: Number($('fault-next').value), delayMillis: Number($('fault-delay').value) });
  });
  $('hook-form').addEventListener('submit', (e) => {
    e.preventDefault();
    command('PUT', '/webhooks', { drop: $('hook-drop').checked, reverse: $('hook-reverse').checked, copies: Number($('hook-copies').value), delayMillis: 1000 * Number($('hook-delay').value) });
  });
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
    await refreshPayments();
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
listenToPayments();
setInterval(drawClock, 250);
(async function loop() { await refresh(); setTimeout(loop, 1000); })();
