/** What a browser without JavaScript shows. */
export interface ShownPage {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/**
 * A browser without JavaScript, as far as signing in takes one: cookies by path, redirects on one server, forms. A redirect
 * to elsewhere is not followed: it is where the browser ends up.
 */
export class PlainBrowser {
  readonly #origin: string;
  /** The cookies that it holds, as `name`, `value` and `path`. */
  cookies: Cookie[] = [];
  /** The `Set-Cookie` headers that it got, as they came. */
  readonly received: string[] = [];

  readonly #reach: () => string;

  /** @param reach where the server of this origin is reached, asked for each request: a balancer in front of several */
  constructor(origin: string, reach = () => origin) {
    this.#origin = origin;
    this.#reach = reach;
  }

  get(url: string): Promise<ShownPage> {
    return this.#go(new URL(url, this.#origin), {});
  }

  post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<ShownPage> {
    return this.#go(new URL(url, this.#origin), { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  /** Sends the form of a page with what is hidden in it and what is typed. */
  submit(page: ShownPage, typed: Record<string, string>): Promise<ShownPage> {
    const action = /<form[^>]* action="([^"]*)"/.exec(page.html)?.[1];
    if (action === undefined) throw new Error(`no form at ${page.url} (${page.status}): ${page.html}`);
    return this.post(new URL(unescapeHtml(action), page.url).href, { ...hiddenFields(page), ...typed });
  }

  async #go(url: URL, init: RequestInit): Promise<ShownPage> {
    const sent = this.cookies.filter(({ path }) => url.pathname === path || url.pathname.startsWith(folder(path)));
    const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) };
    const place = new URL(`${url.pathname}${url.search}`, this.#reach());
    const response = await fetch(place, { ...init, headers, redirect: 'manual' });
    this.#keep(response.headers.getSetCookie());
    const location = response.headers.get('location');
    if (location === null) {
      return { url: url.href, status: response.status, headers: response.headers, html: await response.text() };
    }
    const next = new URL(location, url);
    if (next.origin === this.#origin) return await this.#go(next, {});
    return { url: next.href, status: response.status, headers: response.headers, html: '' };
  }

  #keep(setCookies: readonly string[]): void {
    this.received.push(...setCookies);
    for (const line of setCookies) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', value = ''] = pair.split('=');
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      this.cookies = this.cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
      if (value !== '') this.cookies.push({ name, value, path });
    }
  }
}

export function hiddenFields({ html }: ShownPage): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, unescapeHtml(value)]));
}

function folder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

function unescapeHtml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
