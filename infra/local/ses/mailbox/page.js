// The mailbox keeps itself current: it asks for the version once a second and
// fetches the list again when that has changed. Without this script the page
// works and is reloaded by hand.
"use strict";

const pollMillis = 1000;
const ageMillis = 30000; // "4 min" must not stand still
const said = document.getElementById("said");
const search = document.querySelector(".search input");
let version = document.body.dataset.version;
let fetchedAt = Date.now();
let offline = false;

function say(words) {
  said.textContent = words;
  said.classList.add("on");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => said.classList.remove("on"), 1800);
}

// refresh fetches the page at url and takes over its list and, where the
// reader has not chosen a letter, its newest one.
async function refresh(url = location.href) {
  const response = await fetch(url, { headers: { accept: "text/html" } });
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  const focused = document.activeElement?.closest?.("#list a")?.getAttribute("href");
  const list = document.getElementById("list");
  const top = list.scrollTop;
  list.innerHTML = next.getElementById("list").innerHTML;
  list.scrollTop = top;
  if (focused) document.querySelector(`#list a[href="${CSS.escape(focused)}"]`)?.focus();
  if ("newest" in document.body.dataset && "newest" in next.body.dataset) {
    const now = next.querySelector("iframe")?.getAttribute("src");
    const was = document.querySelector("#letter iframe")?.getAttribute("src");
    if (!now || now !== was) {
      document.getElementById("letter").innerHTML = next.getElementById("letter").innerHTML;
      document.title = next.title;
    }
  }
  version = next.body.dataset.version;
  fetchedAt = Date.now();
}

async function poll() {
  if (document.hidden) return;
  try {
    const { version: current } = await (await fetch("/_mailbox/version")).json();
    if (String(current) !== version || offline || Date.now() - fetchedAt > ageMillis) await refresh();
    offline = false;
  } catch {
    if (!offline) say("The mailbox does not answer");
    offline = true;
  }
}

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (!copy) return;
  try {
    await navigator.clipboard.writeText(copy.dataset.copy);
    say("Code copied");
  } catch {
    say(`Copy by hand: ${copy.dataset.copy}`);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target !== search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

let typing;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    const url = new URL(location.href);
    if (search.value.trim()) url.searchParams.set("q", search.value);
    else url.searchParams.delete("q");
    history.replaceState(null, "", url);
    refresh().catch(() => say("The mailbox does not answer"));
  }, 150);
});

const clear = document.getElementById("clear");
clear.hidden = false;
clear.addEventListener("click", async () => {
  if (!confirm("Clear every letter in this mailbox?")) return;
  const response = await fetch("/_mailbox/messages", { method: "DELETE" });
  if (response.ok) location.assign("/_mailbox");
  else say("Not cleared: see the log");
});

setInterval(poll, pollMillis);
document.addEventListener("visibilitychange", poll);
