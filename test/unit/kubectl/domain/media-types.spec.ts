import { describe, expect, it } from 'vitest';
import { bodyProblem } from '../../../../src/kubectl/domain/media-types.js';

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const unknownFormat = 'the body of the request was in an unknown format - accepted media types';

describe('a body', () => {
  it.each(
    ['POST', 'PUT'].flatMap((method) =>
      [
        undefined,
        '',
        'application/json',
        'application/yaml',
        'application/vnd.kubernetes.protobuf',
        'application/json; charset=utf-8',
        'Application/JSON;charset=UTF-8',
        ' application/json ; x=y',
      ].map((contentType) => [method, contentType] as const),
    ),
  )('of %s is an object in JSON, YAML or protobuf: %s', (method, contentType) => {
    expect(bodyProblem(method, contentType, undefined)).toBeUndefined();
  });

  it.each([undefined, '', 'application/json;charset=utf-8', 'application/vnd.kubernetes.protobuf'])(
    'of DELETE is its options in JSON or protobuf: %s',
    (contentType) => {
      expect(bodyProblem('DELETE', contentType, undefined)).toBeUndefined();
    },
  );

  it.each(['application/yaml', 'application/yaml; charset=utf-8', 'text/plain'])(
    'of DELETE in another encoding is 415, as it is not read here: %s',
    (contentType) => {
      expect(bodyProblem('DELETE', contentType, undefined)).toMatchObject({
        code: 'UnsupportedMediaType',
        message: `${unknownFormat} include: application/json, application/vnd.kubernetes.protobuf`,
      });
    },
  );

  it.each([...patchTypes, 'application/merge-patch+json; charset=utf-8'])(
    'of PATCH is one of the four patches: %s',
    (contentType) => {
      expect(bodyProblem('PATCH', contentType, undefined)).toBeUndefined();
    },
  );

  it.each([
    ['POST', 'application/cbor'],
    ['POST', 'application/merge-patch+json'],
    ['POST', 'text/plain'],
    ['POST', 'text/yaml'],
    ['POST', 'application/x-www-form-urlencoded'],
    ['POST', 'multipart/form-data; boundary=application/json'],
    ['PUT', 'application/jsonx'],
    ['PUT', ';application/json'],
    ['PUT', 'application/json, application/yaml'],
  ])('of %s in another encoding is 415: %s', (method, contentType) => {
    expect(bodyProblem(method, contentType, undefined)).toMatchObject({
      code: 'UnsupportedMediaType',
      message:
        `${unknownFormat} include: application/json, application/yaml, ` +
        'application/vnd.kubernetes.protobuf',
    });
  });

  it.each([
    undefined,
    '',
    'application/json',
    'application/yaml',
    'application/apply-patch+cbor',
    'application/cbor',
  ])('of PATCH that is none of them is 415: %s', (contentType) => {
    expect(bodyProblem('PATCH', contentType, undefined)).toMatchObject({
      code: 'UnsupportedMediaType',
      message: `${unknownFormat} include: ${patchTypes.join(', ')}`,
    });
  });

  it.each(['', 'identity', ' Identity '])('may say that it is as it is: %j', (encoding) => {
    expect(bodyProblem('POST', 'application/json', encoding)).toBeUndefined();
  });

  it.each(['gzip', 'identity, gzip', 'gzip, identity', 'deflate', 'br', 'x'])(
    'that is compressed is 415: %s',
    (encoding) => {
      expect(bodyProblem('PATCH', 'application/merge-patch+json', encoding)).toMatchObject({
        code: 'UnsupportedMediaType',
        message: expect.stringContaining('content encoding'),
      });
    },
  );
});

it.each(['GET', 'HEAD'])('%s has no body, whatever a client says about it', (method) => {
  expect(bodyProblem(method, 'application/cbor', 'gzip')).toBeUndefined();
});
