import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { checkSocketMessage } from '../../../../src/platform/graphql/socket-message.js';

function check(message: unknown): () => void {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return () => checkSocketMessage(Buffer.from(text));
}

describe('a message of a client', () => {
  it.each(['connection_init', 'ping', 'pong', 'subscribe', 'complete'])('may be %s', (type) => {
    expect(check({ type, id: 'x'.repeat(limits.socketOperationIdCharactersMax) })).not.toThrow();
  });

  it.each([
    ['of another type', { type: 'next' }, 'no message of a client'],
    ['of no type', {}, 'no message of a client'],
    ['that is no object', null, 'no message of a client'],
    ['that is no JSON', 'hunter2', 'not valid JSON'],
    ['with a member twice', '{"type":"ping","type":"pong"}', 'given twice'],
    ['with a member __proto__', '{"type":"ping","payload":{"__proto__":{}}}', 'not allowed'],
    ['nested deep', `{"type":"ping","payload":${'['.repeat(99)}${']'.repeat(99)}}`, 'nested'],
    ['with a long id', { type: 'complete', id: 'x'.repeat(129) }, 'too long'],
  ])('%s is refused, and not quoted', (_name, message, says) => {
    expect(check(message)).toThrow(says);
    expect(check(message)).not.toThrow('hunter2');
  });
});
