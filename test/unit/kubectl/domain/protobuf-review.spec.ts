import { describe, expect, it } from 'vitest';
import { protobufReview } from '../../../../src/kubectl/domain/protobuf-review.js';

const field = (number: number, content: Buffer | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.byteLength]), bytes]);
};

function review(kind: string, ...spec: readonly Buffer[]): Buffer {
  const type = Buffer.concat([field(1, 'authorization.k8s.io/v1'), field(2, kind)]);
  const raw = Buffer.concat([field(1, ''), field(2, Buffer.concat(spec))]);
  return Buffer.concat([Buffer.from('k8s\0', 'latin1'), field(1, type), field(2, raw)]);
}

describe('a review in protobuf', () => {
  it('asks about an object', () => {
    const texts = [...['pay', 'get', 'sallyport.dev', 'v1', 'secretkeys', '', 'db/password']];
    const attributes = texts.map((text, index) => field(index + 1, text));
    const asked = review('SelfSubjectAccessReview', field(1, Buffer.concat(attributes)));
    expect(protobufReview(asked)).toEqual({
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
      spec: {
        resourceAttributes: {
          ...{ namespace: 'pay', verb: 'get', group: 'sallyport.dev', version: 'v1' },
          ...{ resource: 'secretkeys', subresource: '', name: 'db/password' },
        },
      },
    });
  });

  it('asks about a path', () => {
    const path = Buffer.concat([field(1, '/version'), field(2, 'get')]);
    expect(protobufReview(review('SelfSubjectAccessReview', field(2, path)))).toMatchObject({
      spec: { nonResourceAttributes: { path: '/version', verb: 'get' } },
    });
  });

  it('asks about the rules of a namespace', () => {
    expect(protobufReview(review('SelfSubjectRulesReview', field(1, 'pay')))).toMatchObject({
      spec: { namespace: 'pay' },
    });
  });

  it('is refused where it is none', () => {
    expect(() => protobufReview(Buffer.from('{}'))).toThrow('protobuf form of Kubernetes');
  });
});
