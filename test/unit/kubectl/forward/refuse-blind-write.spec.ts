import { describe, expect, it } from 'vitest';
import type { RawRequest } from '../../../../src/core/forwarding.js';
import type { ForwardedRequest } from '../../../../src/kubectl/domain/forward/forwarded.js';
import { jsonAnswer } from '../facade.builder.js';
import { storedSecret } from '../../secrets/domain/secret.builder.js';
import { forwardWorld, secretOf, value } from './forward.builder.js';

type Sent = [Partial<ForwardedRequest>, Partial<RawRequest>];

const scope = { actions: ['write'] };
const answering = () => jsonAnswer(secretOf('db'));
const immutable = storedSecret({ immutable: true });

function patch(type: string, body: unknown, query: RawRequest['query'] = []): Sent {
  const contentType = `application/${type}`;
  const raw = { method: 'PATCH', contentType, query, body: Buffer.from(JSON.stringify(body)) };
  return [{ verb: 'patch', name: 'db' }, raw as Partial<RawRequest>];
}

const values = { data: { password: value } };
const labels = { metadata: { labels: { a: 'b' } } };
const forced = [['force', 'true']] as const;

describe('a token that may not read values', () => {
  it.each([
    ['a merge patch', patch('merge-patch+json', values)],
    ['a strategic merge patch', patch('strategic-merge-patch+json', values)],
    ['a JSON patch', patch('json-patch+json', [{ op: 'add', path: '/data/password', value }])],
    ['an apply', patch('apply-patch+yaml', values, forced)],
  ])('writes no value of an immutable Secret by %s', async (_what, sent) => {
    const world = forwardWorld({ answering, scope, stored: immutable });
    await expect(world.ask(...sent)).rejects.toMatchObject({
      code: 'Invalid',
      message:
        'Secret "db" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    });
    expect(world.upstream.asked).toEqual([]);
    const mutable = forwardWorld({ answering, scope });
    await mutable.ask(...sent);
    expect(mutable.timeline).toContain('store read as broker');
    expect(mutable.upstream.asked).toHaveLength(1);
  });

  it.each([
    ['no force', []],
    ['force=false', [['force', 'false']]],
    ['two answers', [...forced, ['force', 'false']]],
  ] as const)(
    'applies no value with %s, since conflicts name what differs',
    async (_what, query) => {
      const world = forwardWorld({ answering, scope });
      const asked = world.ask(...patch('apply-patch+yaml', values, query));
      await expect(asked).rejects.toMatchObject({ code: 'Forbidden', message: /force-conflicts/ });
      expect(world.upstream.asked).toEqual([]);
    },
  );

  it.each([
    ['a merge patch', patch('merge-patch+json', labels)],
    ['an apply without force', patch('apply-patch+yaml', labels)],
  ])('writes metadata of an immutable Secret by %s', async (_what, sent) => {
    const world = forwardWorld({ answering, scope, stored: immutable });
    await world.ask(...sent);
    expect(world.upstream.asked).toHaveLength(1);
  });

  it('learns nothing of a Secret that it may not write', async () => {
    const world = forwardWorld({ answering, scope, stored: immutable, isAllowed: false });
    const asked = world.ask(...patch('merge-patch+json', values));
    await expect(asked).rejects.toMatchObject({ code: 'Forbidden' });
    expect(world.timeline).not.toContain('store read as broker');
  });
});

it.each([[undefined], [{ namespaces: ['pay'] }]])(
  'a caller with values (%j) is asked nothing',
  async (all) => {
    const wishes = { answering, stored: immutable, ...(all && { scope: all }) };
    const world = forwardWorld(wishes);
    await world.ask(...patch('merge-patch+json', values));
    expect(world.timeline).not.toContain('store read as broker');
  },
);
