import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { limits } from '../core/limits.js';
import { parseJson } from '../core/parse-json.js';

export interface FetchOptions {
  readonly bytesMax: number;
  /** PEM; the system's authorities if absent. */
  readonly certificateAuthority?: string | undefined;
}

/** Sends one GET with a deadline and a size, without redirects. Errors never quote the body. */
export function fetchJson(url: string, options: FetchOptions): Promise<unknown> {
  const { bytesMax, certificateAuthority: ca } = options;
  const isTls = url.startsWith('https:');
  // A separate agent, so that no environment variable redirects it.
  const agent = isTls ? new HttpsAgent(ca === undefined ? {} : { ca }) : new HttpAgent();
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const outgoing = (isTls ? httpsRequest : httpRequest)(url, {
    agent,
    headers: { accept: 'application/json', 'user-agent': 'sallyport' },
    signal: AbortSignal.timeout(limits.jwksFetchMsMax),
  });
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('error', reject);
    if (response.statusCode !== 200) {
      response.destroy(new Error(`the answer has status ${response.statusCode}`));
      return;
    }
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) response.destroy(new Error(`the answer is over ${bytesMax} bytes`));
      chunks.push(chunk);
    });
    response.on('end', () => {
      try {
        resolve(parseJson(Buffer.concat(chunks)));
      } catch {
        reject(new Error('the answer is no JSON'));
      }
    });
  });
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}
