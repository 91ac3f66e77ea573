import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bothClusters } from '../../support/test-target.js';
import { secretRotation } from '../../support/rotation-manifests.js';
import { RotationCluster } from './rotation-cluster.js';

const controls = ['\0', '\n', '\u007f', '\u0085'];
const server = { host: 'db.example.com', username: 'app', adminSecret: { name: 'admin' } };
const admin = (username: string) => ({ name: 'admin', username });
const signingSecret = { name: 'key', key: 'key' };
const texts: readonly (readonly [string, (text: string) => object])[] = [
  ['postgresql.database', (text) => ({ postgresql: { ...server, database: text } })],
  ['mysql.userHost', (text) => ({ mysql: { ...server, userHost: text } })],
  ['mongodb.authDatabase', (text) => ({ mongodb: { ...server, authDatabase: text } })],
  ['redis.username', (text) => ({ redis: { ...server, username: text } })],
  [
    'mongodb.adminSecret.username',
    (text) => ({ mongodb: { ...server, adminSecret: admin(text) } }),
  ],
  ['mysql.host', (text) => ({ mysql: { ...server, host: text } })],
  ['webhook.url', (text) => ({ webhook: { url: `https://a.example.com/${text}`, signingSecret } })],
];

describe.each(bothClusters)('a text of a target on %s', (_name, start) => {
  let world: RotationCluster;

  beforeAll(async () => {
    world = await RotationCluster.start(start);
    await world.allow(
      'alice',
      ['create', 'sallyport.dev', 'secretrotations'],
      ['get,update', '', 'secrets'],
    );
  });
  afterAll(() => world?.cluster.stop());

  it.each(texts)('%s has no control characters', async (path, target) => {
    const alice = world.as('alice');
    const of = (text: string) => {
      const spec = { target: target(text), strategy: 'singleUser' };
      return alice.create(secretRotation('db', spec), '?dryRun=All');
    };
    const taken = await of('app');
    expect(taken.status, taken.body.message).toBe(201);
    for (const control of controls) {
      const { status, body } = await of(`a${control}b`);
      expect([control, status]).toEqual([control, 422]);
      expect(body.message).toContain(`spec.target.${path}`);
    }
  });
});
