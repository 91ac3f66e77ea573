import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { limits } from '../../core/limits.js';

/**
 * Sends long responses in pieces, each once its client has read the previous ones: encrypting a
 * whole response takes as long as a hundred requests.
 */
export function sendInPieces(instance: FastifyInstance): void {
  instance.addHook('onSend', (request, reply, payload, done) => {
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (!isWhole || payload.length <= limits.answerPieceBytes || request.method === 'HEAD') {
      done(null, payload);
      return;
    }
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    void reply.header('content-length', bytes.byteLength);
    done(null, Readable.from(piecesOf(bytes), { objectMode: false }));
  });
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.byteLength; start += limits.answerPieceBytes) {
    yield bytes.subarray(start, start + limits.answerPieceBytes);
  }
}
