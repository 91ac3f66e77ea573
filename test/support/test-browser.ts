const HOPS_MAX = 20;

interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

/** A browser without a window: it has cookies, and follows redirects, also to other hosts. */
export class TestBrowser {
  readonly #cookies = new Map<string, string>();

  /** Opens an address, and fills in the forms of an issuer as this user. Returns the last page. */
  async logIn(address: string, user: string): Promise<Page> {
    let page = await this.open(address);
    for (let step = 0; step < HOPS_MAX; step += 1) {
      const form = formOf(page, user);
      if (form === undefined) return page;
      page = await this.open(form.action, form.fields);
    }
    throw new Error(`the login does not end: ${page.text}`);
  }

  async open(address: string, form?: URLSearchParams): Promise<Page> {
    let url = address;
    let body = form;
    for (let hop = 0; hop < HOPS_MAX; hop += 1) {
      const response = await fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { cookie: this.#cookieHeader(url) },
        redirect: 'manual',
        ...(body !== undefined && { body }),
      });
      this.#note(url, response);
      const text = await response.text();
      const location = response.headers.get('location');
      if (location === null) return { url, status: response.status, text };
      url = new URL(location, url).href;
      body = undefined;
    }
    throw new Error(`the redirects of ${address} do not end`);
  }

  #cookieHeader(url: string): string {
    const { host } = new URL(url);
    const own = [...this.#cookies].filter(([name]) => name.startsWith(`${host} `));
    return own.map(([name, value]) => `${name.slice(host.length + 1)}=${value}`).join('; ');
  }

  #note(url: string, response: Response): void {
    const { host } = new URL(url);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      const key = `${host} ${name}`;
      if (value === '') this.#cookies.delete(key);
      else this.#cookies.set(key, value);
    }
  }
}

/** Returns the filled form of a page; undefined if the page has none. */
function formOf({ url, text }: Page, user: string) {
  const [, form = '', rest = ''] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(text) ?? [];
  const [, action] = /action="([^"]+)"/.exec(form) ?? [];
  if (action === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [input] of rest.matchAll(/<input[^>]*>/g)) {
    const [, name = ''] = /name="([^"]+)"/.exec(input) ?? [];
    const [, value = ''] = /value="([^"]*)"/.exec(input) ?? [];
    if (name === 'login') fields.set(name, user);
    else if (name === 'password') fields.set(name, 'any');
    else if (name !== '') fields.set(name, value);
  }
  return { action: new URL(action, url).href, fields };
}
