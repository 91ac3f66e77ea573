import { expect, it } from 'vitest';
import { heartbeatFrame } from '../../../../src/platform/http/server-sent-events.js';

it('what only keeps a connection is a comment, which clients ignore', () => {
  expect(heartbeatFrame).toMatch(/^: ?\n\n$/);
});
