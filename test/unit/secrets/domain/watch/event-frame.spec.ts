import { describe, expect, it } from 'vitest';
import { eventFrame } from '../../../../../src/secrets/domain/watch/event-frame.js';
import { toMetadataBody } from '../../../../../src/secrets/domain/read-body.js';
import { lastApplied, marker, storedSecret, values } from '../secret.builder.js';

const stored = storedSecret({ data: values({ password: marker, user: 'me' }) });
const secret = toMetadataBody(stored);

describe('a server-sent event', () => {
  it('tells which Secret has changed and how, and nothing that holds a value', () => {
    const changedKeys = ['password'];
    const frame = eventFrame({ type: 'modified', secret, changedKeys, cursor: 'abc' });
    const [, data = ''] = /^id: abc\nevent: modified\ndata: (.*)\n\n$/.exec(frame) ?? [];
    expect(JSON.parse(data)).toEqual({
      ...{ namespace: 'shop', name: 'database', uid: 'b7a9', version: null },
      ...{ resourceVersion: '41', etag: '"b7a9.41"', changedKeys },
    });
    expect(frame).not.toContain(marker);
    expect(frame).not.toContain(lastApplied);
  });

  it('that marks a place has no data', () => {
    const frame = eventFrame({ type: 'bookmark', cursor: 'abc' });
    expect(frame).toBe('id: abc\nevent: bookmark\ndata: {}\n\n');
  });
});
