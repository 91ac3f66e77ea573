import { del, get, metadataType, patch, post, put, tableType, type Scenario } from '../scenario.js';
import type { Session } from '../session.js';
import { secret, secrets } from './objects.js';

interface WithMetadata {
  readonly metadata: { readonly resourceVersion: string };
}

const one = `${secrets}/one`;
const labelled = (tier: string) => secret('one', {}, { labels: { tier } });
const initial = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';

/** A scenario that starts with one Secret, kept as `first`, in its namespace. */
function watching(title: string, run: (session: Session) => Promise<void>): Scenario {
  return {
    title,
    async run(session) {
      await session.createNamespace();
      await session.send(post(201, secrets, labelled('web'), { save: 'first' }));
      await run(session);
    },
  };
}

export const watchScenarios: readonly Scenario[] = [
  watching('a watch from a resourceVersion tells what came after it', async (session) => {
    await session.send(put(200, one, labelled('db')));
    const watch = await session.watch(
      `${secrets}?watch=true&resourceVersion={first.metadata.resourceVersion}`,
    );
    await session.send(post(201, secrets, secret('two')));
    await session.send(patch(200, `${secrets}/two`, { data: { a: 'YQ==' } }));
    await session.send(patch(200, `${secrets}/two`, { data: { a: 'YQ==' } }));
    await session.send(del(200, one));
    await session.events(watch, 4);
  }),
  watching('a watch without a resourceVersion starts with what there is', async (session) => {
    const watch = await session.watch(`${secrets}?watch=1`);
    await session.events(watch, 1);
    await session.send(post(201, secrets, secret('two')));
    await session.events(watch, 1);
    const old = await session.watch(`${secrets}?watch=true&resourceVersion=0`);
    await session.events(old, 2);
    const marked = await session.watch(`${secrets}?watch=true&allowWatchBookmarks=true`);
    await session.events(marked, 3);
    const later = await session.watch(
      `${secrets}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`,
    );
    await session.send(post(201, secrets, secret('three')));
    await session.events(later, 1);
  }),
  watching('a deletion carries the last state and a version of its own', async (session) => {
    const watch = await session.watch(
      `${secrets}?watch=true&resourceVersion={first.metadata.resourceVersion}`,
    );
    await session.send(del(200, one));
    const [event] = await session.events(watch, 1);
    const deleted = event?.object as WithMetadata | undefined;
    session.save('deleted', { version: deleted?.metadata.resourceVersion });
    await session.send(post(201, secrets, secret('two'), { save: 'two' }));
    const later = await session.watch(`${secrets}?watch=true&resourceVersion={deleted.version}`);
    await session.events(later, 1);
  }),
  watching('sendInitialEvents ends the state with a bookmark', async (session) => {
    await session.send(post(201, secrets, secret('a')));
    const watch = await session.watch(`${secrets}?${initial}&allowWatchBookmarks=true`);
    await session.events(watch, 3);
    await session.send(post(201, secrets, secret('b')));
    await session.events(watch, 1);
    const none = await session.watch(
      `${secrets}?${initial}&allowWatchBookmarks=true&labelSelector=none`,
    );
    await session.events(none, 1);
    const from = await session.watch(
      `${secrets}?${initial}&resourceVersion={first.metadata.resourceVersion}` +
        '&allowWatchBookmarks=true',
    );
    await session.events(from, 4);
  }),
  watching('options of watches that do not fit are refused', async (session) => {
    const refused = [
      'watch=true&sendInitialEvents=true',
      'watch=true&sendInitialEvents=false',
      'watch=true&sendInitialEvents=true&resourceVersionMatch=Exact',
      'watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=5',
      'watch=true&continue=x',
      'watch=true&resourceVersionMatch=Exact&continue=x',
      'sendInitialEvents=true',
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    ];
    for (const query of refused) await session.send(get(422, `${secrets}?${query}`));
    await session.send(get(500, `${secrets}?watch=true&resourceVersion=x`));
    await session.send(get(400, `${secrets}?watch=true&labelSelector=a%20b`));
    await session.send(get(400, `${secrets}?watch=true&fieldSelector=data%3Dx`));
    await session.send(get(400, `${secrets}?watch=true&timeoutSeconds=x`));
  }),
  watching('a label selector turns changes into ADDED and DELETED', async (session) => {
    const watch = await session.watch(
      `${secrets}?watch=true&labelSelector=tier%3Dweb` +
        '&resourceVersion={first.metadata.resourceVersion}',
    );
    await session.send(patch(200, one, { data: { a: 'YQ==' } }));
    await session.send(patch(200, one, { metadata: { labels: { tier: 'db' } } }));
    await session.send(patch(200, one, { data: { b: 'YQ==' } }));
    await session.send(patch(200, one, { metadata: { labels: { tier: 'web' } } }));
    await session.send(post(201, secrets, secret('unseen')));
    await session.send(del(200, one));
    await session.events(watch, 4);
  }),
  watching('a field selector keeps a watch to one object', async (session) => {
    const watch = await session.watch(
      `${secrets}?watch=true&fieldSelector=metadata.name%3Dtwo` +
        '&resourceVersion={first.metadata.resourceVersion}',
    );
    await session.send(put(200, one, labelled('db')));
    await session.send(post(201, secrets, secret('two')));
    await session.send(del(200, `${secrets}/two`));
    await session.events(watch, 2);
    const single = await session.watch(`/api/v1/watch/namespaces/{ns}/secrets/one`);
    await session.events(single, 1);
    const deprecated = await session.watch(`/api/v1/watch/namespaces/{ns}/secrets`);
    await session.events(deprecated, 1);
  }),
  watching('timeoutSeconds ends a watch', async (session) => {
    const watch = await session.watch(
      `${secrets}?watch=true&timeoutSeconds=1&resourceVersion={first.metadata.resourceVersion}`,
    );
    await session.send(post(201, secrets, secret('two')));
    await session.events(watch);
  }),
  watching('events come as Tables and as metadata', async (session) => {
    const query = `${secrets}?watch=true&resourceVersion={first.metadata.resourceVersion}`;
    const table = await session.watch(query, { headers: { accept: tableType } });
    const metadata = await session.watch(query, { headers: { accept: metadataType } });
    await session.send(post(201, secrets, secret('two', { data: { a: 'YQ==' } })));
    await session.send(patch(200, `${secrets}/two`, { metadata: { labels: { a: 'b' } } }));
    await session.send(del(200, `${secrets}/two`));
    await session.events(table, 3);
    await session.events(metadata, 3);
    const noObject = await session.watch(`${query}&includeObject=None`, {
      headers: { accept: tableType },
    });
    await session.events(noObject, 3);
  }),
  watching('a watch of all namespaces sees each of them', async (session) => {
    const watch = await session.watch(
      '/api/v1/secrets?watch=true&labelSelector=scenario%3D{ns}' +
        '&resourceVersion={first.metadata.resourceVersion}',
    );
    const labels = { scenario: '{ns}' };
    await session.send(post(201, secrets, secret('two', {}, { labels })));
    await session.events(watch, 1);
  }),
];
