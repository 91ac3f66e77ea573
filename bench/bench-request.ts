import { Agent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** A request that a load repeats. In path and body `{name}` and `{serial}` stand for digits. */
export interface BenchRequest {
  /** `https://127.0.0.1:8443`. */
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Over how many names it goes round. */
  readonly names: number;
}

const nameDigits = 5;
const serialDigits = 9;

/** As it goes over the wire, with the marks in it. */
export function wireOf({ origin, method, path, headers, body }: BenchRequest): string {
  const fields = { host: new URL(origin).host, ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  if (body === undefined) return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  const length = Buffer.byteLength(numbered(body, 0));
  lines.push(`content-length: ${length}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Sends it once, for the first name; resolves with the body, rejects on anything but 2xx. */
export async function sendOnce(request: BenchRequest, ca: string): Promise<string> {
  const { origin, method, path, headers, body } = request;
  const agent = new Agent({ ca, keepAlive: false });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  httpsRequest(`${origin}${numbered(path, 0)}`, { method, headers, agent }, (answer) => {
    text(answer).then((said) => {
      const { statusCode: status = 0 } = answer;
      if (status >= 200 && status < 300) resolve(said);
      else reject(new Error(`${method} ${path} was answered with ${status}: ${said}`));
    }, reject);
  })
    .on('error', reject)
    .end(body === undefined ? undefined : numbered(body, 0));
  return promise;
}

function numbered(mask: string, number: number): string {
  return mask
    .replaceAll('{name}', String(number).padStart(nameDigits, '0'))
    .replaceAll('{serial}', String(number).padStart(serialDigits, '0'));
}
