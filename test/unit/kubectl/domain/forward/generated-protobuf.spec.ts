import { expect, it } from 'vitest';
import { isDryRun, writtenName } from '../../../../../src/kubectl/domain/forward/sent-write.js';
import { Random } from '../../../../conformance/scenarios/random.js';
import {
  type Field,
  envelopeOf,
  message,
  mutatedFields,
  number,
  protobufBytes,
  text,
} from '../../../../security/readers/protobuf-tree.js';
import { scaled } from '../../../../support/scale.js';
import { goObject, goText } from './go-protobuf.js';

const cases = scaled(400_000, 20_000);
const place = { path: [], query: [], accept: '' } as const;
const contentType = 'application/vnd.kubernetes.protobuf';

/** One to three changes of what a client would send. */
function changed(plain: readonly Field[], others: readonly Field[], random: Random): Buffer {
  let envelope = plain;
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    envelope = mutatedFields(envelope, random.pick(others), random);
  }
  return protobufBytes(envelope);
}

function orRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

it('the name in a Secret is what Go reads, however it is written, or is refused', () => {
  const random = new Random(1);
  const named = message(1, text(1, 'other'));
  const others = [message(2, named), named, text(1, 'other'), number(1, 1)];
  const plain = envelopeOf('Secret', [message(1, text(1, 'mine')), message(2, text(1, 'a'))]);
  let read = 0;
  for (let done = 0; done < cases; done += 1) {
    const body = changed(plain, others, random);
    const raw = { ...place, method: 'POST', contentType, body } as const;
    const request = { verb: 'create', namespace: 'pay', name: '', raw } as const;
    const name = orRefused(() => writtenName(request, { secrets: ['mine'] }));
    if (name === undefined) continue;
    read += 1;
    expect(orRefused(() => goText(goObject(body), 1, 1)) ?? name, body.toString('hex')).toBe(name);
  }
  expect(read).toBeGreaterThan(cases / 10);
});

it('the dry run in options is what Go reads, however it is written, or is refused', () => {
  const random = new Random(2);
  const others = [message(2), text(5, 'All'), number(5, 1), message(2, text(5, 'All'))];
  let read = 0;
  for (let done = 0; done < cases; done += 1) {
    const options = random.isOne(2) ? [number(1, 0)] : [number(1, 0), text(5, 'All')];
    const body = changed(envelopeOf('DeleteOptions', options), others, random);
    const isDry = orRefused(() => isDryRun({ ...place, method: 'DELETE', contentType, body }));
    const isDryInGo = orRefused(() => goObject(body).some((field) => field.number === 5));
    if (isDry === undefined || isDryInGo === undefined) continue;
    read += 1;
    expect(isDryInGo, body.toString('hex')).toBe(isDry);
  }
  expect(read).toBeGreaterThan(cases / 10);
});
