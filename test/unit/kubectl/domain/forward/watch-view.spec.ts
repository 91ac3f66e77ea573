import { describe, expect, test } from 'vitest';
import { WatchView } from '../../../../../src/kubectl/domain/forward/watch-view.js';
import { marker, refusal } from '../../../secrets/domain/secret.builder.js';
import { columns, line, row, secret, single, table, viewOf } from './answers.builder.js';

const whole = (name: string) => ({ ...single, ...secret(name) });
const rowOf = (name: string, columnDefinitions: unknown = null) =>
  table([row({ ...secret(name), kind: 'PartialObjectMetadata' })], { columnDefinitions });
const event = (type: string, object: unknown) => line({ type, object });
const shown = (name: string) => ({ namespace: 'shop', name, keys: ['password'] });
const changes = ['ADDED', 'MODIFIED', 'DELETED'];
const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, code: 410, reason: 'Expired' };
/** As an API server makes it: of an object without all but its version. */
const bookmark = { kind: 'Secret', apiVersion: 'v1', metadata: { resourceVersion: '90' } };
const bookmarkTable = (columnDefinitions: unknown = null) =>
  table([row({ ...bookmark, kind: 'PartialObjectMetadata' })], {
    metadata: { resourceVersion: '90' },
    columnDefinitions,
  });

describe('without a view', () => {
  test.each(changes)('an event %s goes on byte by byte, and tells of its Secret', (type) => {
    const frame = Buffer.from(`{ "object":${JSON.stringify(whole('a'))},\n "type":"${type}"}\n`);
    const viewed = new WatchView().take(frame);
    expect(viewed.bytes).toBe(frame);
    expect(viewed).toMatchObject({ type, shown: [shown('a')], resourceVersion: '41' });
  });

  test('so does a Table, whose version is its own', () => {
    const frame = event('ADDED', rowOf('a', columns));
    const viewed = new WatchView().take(frame);
    expect(viewed.bytes).toBe(frame);
    expect(viewed).toMatchObject({ shown: [shown('a')], resourceVersion: '77' });
  });

  test('and whatever else an API server sends', () => {
    for (const [type, object] of [
      ['ADDED', { kind: 'Other' }],
      ['ERROR', status],
    ] as const) {
      const frame = event(type, object);
      const viewed = new WatchView().take(frame);
      expect(viewed).toEqual({ bytes: frame, type, shown: [] });
    }
  });
});

describe('a view', () => {
  test.each(changes)('leaves an event %s about what it shows as it is', (type) => {
    const view = new WatchView(viewOf(['a']));
    for (const object of [
      whole('a'),
      rowOf('a'),
      { ...whole('a'), kind: 'PartialObjectMetadata' },
    ]) {
      const frame = event(type, object);
      const viewed = view.take(frame);
      expect(viewed.bytes).toBe(frame);
      expect(viewed.shown).toEqual([shown('a')]);
    }
  });

  test.each(changes)('leaves nothing of an event %s about others but where it stood', (type) => {
    const view = new WatchView(viewOf(['a']));
    for (const object of [whole('b'), rowOf('b'), table([row(null)]), status]) {
      const { bytes, shown: told } = view.take(event(type, object));
      expect([bytes.length, told]).toEqual([0, []]);
    }
    const { resourceVersion } = view.take(event(type, whole('b')));
    expect(resourceVersion).toBe('41');
  });

  test('takes values out where it has none', () => {
    const view = new WatchView(viewOf(['a'], false));
    for (const object of [whole('a'), rowOf('a')]) {
      const viewed = view.take(event('MODIFIED', object));
      expect(viewed.bytes.toString()).not.toContain(marker);
      expect(viewed.bytes.toString()).toMatch(/^{"type":"MODIFIED","object":{.*}}\n$/);
      expect(viewed.shown).toEqual([{ ...shown('a'), keys: [] }]);
    }
  });

  test.each([bookmark, bookmarkTable(), bookmarkTable(columns)])(
    'passes bookmarks on, in every form',
    (object) => {
      const frame = event('BOOKMARK', object);
      const viewed = new WatchView(viewOf([], false)).take(frame);
      expect(viewed.bytes).toBe(frame);
      expect(viewed).toMatchObject({ type: 'BOOKMARK', shown: [], resourceVersion: '90' });
    },
  );

  test('passes errors on', () => {
    const frame = event('ERROR', status);
    const viewed = new WatchView(viewOf([])).take(frame);
    expect(viewed).toEqual({ bytes: frame, type: 'ERROR', shown: [] });
  });

  test('ends the watch for a kind that it does not know', () => {
    const take = () => new WatchView(viewOf(['a'])).take(event('ADDED', { kind: 'Other' }));
    expect(refusal(take).code).toBe('Unavailable');
  });
});

describe('the columns of a Table, which only the first event tells', () => {
  test('come with the next one that is sent, once', () => {
    const view = new WatchView(viewOf(['a']));
    expect(view.take(event('ADDED', rowOf('b', columns))).bytes.length).toBe(0);
    expect(view.take(event('ADDED', rowOf('c'))).bytes.length).toBe(0);
    expect(view.take(event('ADDED', rowOf('a'))).bytes).toEqual(
      event('ADDED', rowOf('a', columns)),
    );
    const next = event('MODIFIED', rowOf('a'));
    expect(view.take(next).bytes).toBe(next);
  });

  test('also where that is a bookmark, but not with an error', () => {
    const view = new WatchView(viewOf([]));
    view.take(event('ADDED', rowOf('b', columns)));
    const error = event('ERROR', status);
    expect(view.take(error).bytes).toBe(error);
    expect(view.take(event('BOOKMARK', bookmarkTable())).bytes).toEqual(
      event('BOOKMARK', bookmarkTable(columns)),
    );
  });

  test('stay where they are if that event is sent, or another one tells them again', () => {
    const view = new WatchView(viewOf(['a']));
    for (const object of [rowOf('a', columns), rowOf('a')]) {
      const frame = event('ADDED', object);
      expect(view.take(frame).bytes).toBe(frame);
    }
    view.take(event('ADDED', rowOf('b', columns)));
    const again = event('ADDED', rowOf('a', columns));
    expect(view.take(again).bytes).toBe(again);
    const next = event('ADDED', rowOf('a'));
    expect(view.take(next).bytes).toBe(next);
  });

  test('come in an event without values too', () => {
    const view = new WatchView(viewOf(['a'], false));
    view.take(event('ADDED', rowOf('b', columns)));
    const { bytes } = view.take(event('ADDED', rowOf('a')));
    expect(JSON.parse(bytes.toString())).toMatchObject({ object: { columnDefinitions: columns } });
    expect(bytes.toString()).not.toContain(marker);
  });
});

test('the version of a Table that says none is that of its row', () => {
  const frame = event('ADDED', table([row(secret('a'))], { metadata: { resourceVersion: '' } }));
  expect(new WatchView().take(frame).resourceVersion).toBe('41');
});

test.each([
  marker,
  `{"type":"ADDED","object":{"data":"${marker}"}`,
  '[]',
  'null',
  '{}',
  '{"type":"ADDED"}',
  '{"type":"ADDED","object":null}',
  '{"type":1,"object":{}}',
  `{"type":"${marker}","object":{}}`,
  `{"object":{"kind":"Secret","data":{"a":"${marker}"}}}`,
])('what is no event is refused, and nothing of it is told: %#', (text) => {
  for (const view of [undefined, viewOf(['a'])]) {
    const { code } = refusal(() => new WatchView(view).take(Buffer.from(text)));
    expect(code).toBe('Unavailable');
  }
});
