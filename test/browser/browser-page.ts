import { setTimeout as sleep } from 'node:timers/promises';
import type { DevToolsPipe } from './devtools-pipe.js';

const LOAD_MS_MAX = 30_000;

type Fields = Readonly<Record<string, unknown>>;

/** One tab, which records what its page has requested, and every problem. */
export class BrowserPage {
  /** URLs of requests and WebSockets, except `data:`. */
  readonly requests: string[] = [];
  /** Violations of the policy, errors of the console and of the network, thrown errors. */
  readonly problems: string[] = [];
  readonly #pipe: DevToolsPipe;
  readonly #session: string;

  private constructor(pipe: DevToolsPipe, session: string) {
    this.#pipe = pipe;
    this.#session = session;
  }

  /** Attaches to a tab, and loads a URL in it. */
  static async open(pipe: DevToolsPipe, session: string, url: string): Promise<BrowserPage> {
    const page = new BrowserPage(pipe, session);
    const loaded = Promise.withResolvers<void>();
    pipe.listen(session, (method, params) => {
      if (method === 'Page.loadEventFired') loaded.resolve();
      page.#record(method, params);
    });
    for (const domain of ['Page', 'Network', 'Runtime', 'Log', 'Audits']) {
      await page.#send(`${domain}.enable`);
    }
    const { errorText } = await page.#send('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(`${url}: ${String(errorText)}`);
    const isLoaded = loaded.promise.then(() => true);
    const isInTime = await Promise.race([isLoaded, sleep(LOAD_MS_MAX, false, { ref: false })]);
    if (!isInTime) throw new Error(`${url} did not load in time`);
    return page;
  }

  /** Evaluates an expression in the page, and waits for it if it is a promise. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#send('Runtime.evaluate', {
      ...{ expression, returnByValue: true, awaitPromise: true },
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T }).value;
  }

  /** Clicks an element; throws if there is none. */
  async click(selector: string): Promise<void> {
    await this.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  /** Focuses a field and inserts a text, as if pasted. */
  async paste(selector: string, text: string): Promise<void> {
    await this.evaluate(`document.querySelector(${JSON.stringify(selector)}).focus()`);
    await this.#send('Input.insertText', { text });
  }

  /** Presses a key of each character in the focused field. */
  async type(text: string): Promise<void> {
    for (const key of text) {
      await this.#send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key });
      await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    }
  }

  /** Returns the cookies that the browser would send to this page. */
  async cookies(): Promise<readonly unknown[]> {
    const { cookies } = await this.#send('Network.getCookies');
    return cookies as readonly unknown[];
  }

  #send(method: string, params: Fields = {}): Promise<Fields> {
    return this.#pipe.send(method, params, this.#session);
  }

  #record(method: string, params: Fields): void {
    const url = urlOf(method, params);
    if (url !== undefined && !url.startsWith('data:')) this.requests.push(url);
    if (isProblem(method, params)) this.problems.push(JSON.stringify(params));
  }
}

function urlOf(method: string, params: Fields): string | undefined {
  if (method === 'Network.webSocketCreated') return String(params['url']);
  if (method !== 'Network.requestWillBeSent') return undefined;
  return (params['request'] as { readonly url: string }).url;
}

function isProblem(method: string, params: Fields): boolean {
  switch (method) {
    case 'Runtime.exceptionThrown':
      return true;
    case 'Runtime.consoleAPICalled':
      return ['error', 'assert', 'warning'].includes(String(params['type']));
    case 'Log.entryAdded':
      return (params['entry'] as { readonly level: string }).level === 'error';
    case 'Audits.issueAdded':
      return JSON.stringify(params).includes('ContentSecurityPolicy');
    default:
      return false;
  }
}
