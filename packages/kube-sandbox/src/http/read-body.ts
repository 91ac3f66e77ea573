import type { IncomingMessage } from 'node:http';
import { tooLarge } from '../model/api-status.js';
import { bounds } from '../store/sandbox-bounds.js';

/** Resolves to the body; rejects with 413 if the body exceeds the API server's limit. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bounds.bodyBytesMax) {
        const limit = `limit is ${bounds.bodyBytesMax}`;
        reject(tooLarge(`Request entity too large: ${limit}`));
        request.removeAllListeners('data').resume();
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
}
