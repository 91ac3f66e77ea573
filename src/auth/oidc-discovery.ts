import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const DOCUMENT_BYTES_MAX = 64 * 1024;

/**
 * Where an issuer keeps its keys, from its discovery document (OpenID Connect Discovery 1.0
 * section 4). No redirects; the document must name the issuer it was asked for.
 */
export async function fetchJwksUrl(
  issuer: string,
  certificateAuthority: string | undefined,
  timeoutMs: number,
): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document: unknown = JSON.parse(await fetchText(url, certificateAuthority, timeoutMs));
  const { issuer: named, jwks_uri: jwksUrl } = document as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) throw new Error('the discovery document names another issuer');
  if (typeof jwksUrl !== 'string') throw new Error('the discovery document names no jwks_uri');
  return jwksUrl;
}

function fetchText(
  url: string,
  certificateAuthority: string | undefined,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const options = {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    };
    const outgoing = send(url, options, (response) => {
      if (response.statusCode !== 200) {
        response.destroy();
        reject(new Error(`discovery answered ${response.statusCode}`));
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > DOCUMENT_BYTES_MAX) response.destroy(new Error('discovery document too large'));
        chunks.push(chunk);
      });
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
