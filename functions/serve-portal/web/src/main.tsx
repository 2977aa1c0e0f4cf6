import { render } from 'preact';
import { App } from './app';
import { applyToDocument, fallbackLanguage, preferences } from './preferences';
import { startRouter } from './router';
import { readSession } from './session';
import { loadWords } from './words';

async function start() {
  startRouter();
  const follow = () => {
    applyToDocument();
    void loadWords();
  };
  preferences.subscribe(follow);
  fallbackLanguage.subscribe(follow);
  await Promise.all([loadWords(), readSession()]);
  render(<App />, document.getElementById('app')!);
  // What refusals are called is fetched with no hurry, but before there is one: without a connection it could not be.
  await loadWords('problem').catch(() => undefined);
}

void start();
