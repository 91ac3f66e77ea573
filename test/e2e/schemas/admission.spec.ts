import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admissionLimits } from '../../../src/core/admission-limits.js';
import {
  AdmissionWorld,
  labels,
  namespace,
  passwordKey,
  reviewOf,
  secretWith,
} from './admission-world.js';

const value = 'hunter2';
let world: AdmissionWorld;

beforeAll(async () => {
  world = await AdmissionWorld.start();
});
afterAll(() => world?.stop());

async function verdict(review: object) {
  const answer = await world.ask(review);
  expect(answer.status, answer.text).toBe(200);
  return answer.json<{ response: { allowed: boolean; status?: object; warnings?: string[] } }>()
    .response;
}

describe('the admission webhook', () => {
  it('allows what schemas allow, and what none is for', async () => {
    expect(await verdict(reviewOf('long enough'))).toMatchObject({ allowed: true });
    const free = { metadata: { namespace, name: 'db' } };
    expect(await verdict(reviewOf('', {}, free))).toMatchObject({ allowed: true });
  });

  it('refuses in the words of the API server, and never quotes a value', async () => {
    const { allowed, status } = await verdict(reviewOf(value));
    expect(allowed).toBe(false);
    expect(status).toEqual({
      status: 'Failure',
      reason: 'Invalid',
      code: 422,
      message:
        `Secret "db" is invalid: data[${passwordKey}]: Invalid value: must have minLength 8 ` +
        '(schema mongodb-root)',
    });
  });

  it('records a refusal with the reported user and the keys, and nothing else', async () => {
    const before = (await world.events()).length;
    await verdict(reviewOf(value));
    await verdict(reviewOf('long enough'));
    const events = await world.events();
    expect(events.length - before).toBe(1);
    expect(events[0]).toMatchObject({
      user: 'system:anonymous',
      onBehalfOf: 'mallory',
      action: 'admission.review',
      outcome: 'failed',
      code: 422,
      namespace,
      secret: 'db',
      keys: [passwordKey],
      sourceIp: '127.0.0.1',
    });
    expect(JSON.stringify(events)).not.toContain(value);
    expect(world.installation.log.join('')).not.toContain(value);
  });

  it('leaves wrong values alone that an update does not change', async () => {
    const oldObject = secretWith('');
    const data = { ...oldObject.data, other: 'eA==' };
    const more = { operation: 'UPDATE', oldObject };
    expect(await verdict(reviewOf('', more, { data }))).toMatchObject({ allowed: true });
    expect(await verdict(reviewOf('x', more))).toMatchObject({ allowed: false });
    // A schema that did not apply before checks all keys.
    const unlabelled = { ...oldObject, metadata: { namespace, name: 'db' } };
    const labelled = reviewOf('', { operation: 'UPDATE', oldObject: unlabelled });
    expect(await verdict(labelled)).toMatchObject({ allowed: false });
  });

  it('warns where a schema warns', async () => {
    const metadata = {
      namespace,
      name: 'db',
      labels: { ...labels, 'sallyport.dev/schema': 'mongodb-warned' },
    };
    const { allowed, warnings } = await verdict(reviewOf('', {}, { metadata }));
    expect(allowed).toBe(true);
    expect(warnings).toEqual([`schema mongodb-warned: /data/${passwordKey} must have minLength 8`]);
  });

  it('warns if the label names no schema', async () => {
    const metadata = { namespace, name: 'db', labels: { 'sallyport.dev/schema': 'mongodb-rot' } };
    const { allowed, warnings } = await verdict(reviewOf('', {}, { metadata }));
    expect(allowed).toBe(true);
    expect(warnings).toEqual([
      'schema mongodb-rot: /labels/sallyport.dev~1schema names no schema of the cluster or the ' +
        'namespace, and nothing is checked by it',
    ]);
  });

  it.each([
    ['another path', 404, { path: '/v1/secrets' }],
    ['another method', 400, { method: 'PUT' }],
    ['another media type', 415, { headers: { 'content-type': 'application/yaml' } }],
    ['no review', 400, { body: '{}' }],
    ['too many bytes', 413, { body: 'x'.repeat(admissionLimits.reviewBytesMax + 1) }],
  ])('refuses %s', async (_case, status, more) => {
    const answer = await world.ask(reviewOf('long enough'), more);
    expect(answer.status).toBe(status);
    expect(answer.headers.connection).toBe('close');
  });

  it('lets nobody wait for a body that does not come', async () => {
    const { port } = new URL(world.url);
    const slow = Array.from({ length: admissionLimits.reviewsAtOnceMax }, () => {
      const socket = connect({ host: '127.0.0.1', port: Number(port), ca: world.tls.ca });
      const head = 'POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
      socket.on('error', () => undefined);
      socket.write(`${head}content-length: 100\r\n\r\n{`);
      return socket;
    });
    expect(await verdict(reviewOf('long enough'))).toMatchObject({ allowed: true });
    for (const socket of slow) socket.destroy();
  });
});

it('keeps no turn for reviews of a connection that is closed', async () => {
  const { port } = new URL(world.url);
  const body = JSON.stringify(reviewOf('long enough'));
  const head = 'POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
  const review = `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const socket = connect({ host: '127.0.0.1', port: Number(port), ca: world.tls.ca });
  await once(socket, 'secureConnect');
  socket.write(review.repeat(500));
  socket.end();
  socket.destroy();
  expect(await verdict(reviewOf('long enough'))).toMatchObject({ allowed: true });
});

describe('a webhook with clientCa', () => {
  it('answers an API server with a certificate alone', async () => {
    const guarded = await AdmissionWorld.start(true);
    try {
      const refused = await guarded.ask(reviewOf('long enough'));
      expect(refused.status).toBe(401);
      const certificate = await guarded.client();
      const allowed = await guarded.ask(reviewOf('long enough'), { certificate });
      expect(allowed.status, allowed.text).toBe(200);
    } finally {
      await guarded.stop();
    }
  });
});
