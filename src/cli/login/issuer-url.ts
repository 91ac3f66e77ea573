import { UsageError } from '../command.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Reports whether tokens may be sent to a URL: by https, or without leaving this machine. */
export function isSafeForTokens({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback({ hostname }));
}

/** Reports whether a URL is of this machine. */
export function isLoopback({ hostname }: Pick<URL, 'hostname'>): boolean {
  return LOOPBACK.test(hostname);
}

/** Reads the URL of an issuer. Throws UsageError if it is none, or if it is not https. */
export function issuerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new UsageError(`the issuer ${text} is not a URL`);
  if (!isSafeForTokens(url)) {
    throw new UsageError(`the issuer ${text} must begin with https://`);
  }
  if (url.username + url.password + url.search + url.hash !== '') {
    throw new UsageError('the URL of an issuer has no credentials, no query and no fragment');
  }
  return url;
}

/** Reads a URL that the user opens. Returns undefined unless a browser can open it safely. */
export function pageUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && isSafeForTokens(url) ? url.href : undefined;
}
