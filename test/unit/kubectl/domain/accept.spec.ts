import { describe, expect, it } from 'vitest';
import { acceptOf } from '../../../../src/kubectl/domain/accept.js';

const json = 'application/json';
const table = `${json};as=Table;v=v1;g=meta.k8s.io`;
const metadata = `${json};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;
const protobuf = 'application/vnd.kubernetes.protobuf';

describe('a client that takes JSON', () => {
  it.each([
    [undefined, json],
    ['', json],
    [json, json],
    [table, table],
    [metadata, metadata],
    [`${json};stream=watch`, `${json};stream=watch`],
    [`${json};q=0.5`, `${json};q=0.5`],
    [`${json}; as=Table ;v=v1 ; g=meta.k8s.io`, table],
    ['Application/JSON', json],
    [`${table},${json};as=Table;v=v1beta1;g=meta.k8s.io,${json}`, undefined],
  ])('is asked for it on: %s', (header, accept) => {
    expect(acceptOf(header)).toBe(accept ?? header);
  });

  it.each([
    ['*/*', json],
    ['*', json],
    ['application/*', json],
    ['*/*;q=0.8', `${json};q=0.8`],
    [`${json}, */*`, `${json},${json}`],
    [`text/html,${json};q=0.9,*/*;q=0.8`, `${json};q=0.9,${json};q=0.8`],
  ])('gets it where anything would do: %s', (header, accept) => {
    expect(acceptOf(header)).toBe(accept);
  });

  it('gets a table before anything, as from the API server', () => {
    expect(acceptOf(`*/*, ${table}`)).toBe(`${table},${json}`);
  });

  it.each([
    [`${protobuf},${json}`, json],
    [`${protobuf};as=PartialObjectMetadata;g=meta.k8s.io;v=v1,${metadata}`, metadata],
    [`application/cbor,${json};q=0.9`, `${json};q=0.9`],
    [`application/yaml, */*;q=0.1`, `${json};q=0.1`],
    [`${protobuf}, */*`, json],
  ])('is never answered in another encoding: %s', (header, accept) => {
    expect(acceptOf(header)).toBe(accept);
  });
});

describe('a client that takes no JSON', () => {
  it.each([
    protobuf,
    `${protobuf};as=Table;v=v1;g=meta.k8s.io`,
    'application/cbor',
    'application/cbor-seq',
    'application/yaml',
    'text/*',
    'text/html',
    'json',
    'application',
    'application/json/x',
    'application/jsonp',
    'application/json-patch+json',
    '/json',
    ',',
    ' ',
    ';as=Table',
  ])('is told so: %j', (header) => {
    expect(acceptOf(header)).toBeUndefined();
  });
});

describe('what is sent on', () => {
  it.each([
    [`${json};as=Ta\r\nx-evil: 1;v=v1`, `${json};v=v1`],
    [`${json};as=T\u0000;v=v1`, `${json};v=v1`],
    [`${json};as=\u00fc`, json],
    [`${json};charset="utf-8"`, json],
    [`${json};as=a b`, json],
    [`${json};bad;=x;y=;;v=v1`, `${json};v=v1`],
    [`${json};x=y=z`, json],
  ])('holds well-formed parameters alone: %j', (header, accept) => {
    expect(acceptOf(header)).toBe(accept);
  });

  it('holds no other octets than those of tokens', () => {
    const everything = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
    const ranges = everything.map((octet) => `${octet}*/*${octet};a=${octet};${octet}=b`);
    expect(acceptOf(ranges.join(','))).toMatch(/^[\u0021-\u007e]+$/);
  });
});

describe('an answer to a write', () => {
  const list = `${json};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`;
  const writes = ['create', 'update', 'patch', 'delete'] as const;

  it.each([
    ...writes.map((verb) => [verb, list] as const),
    ...writes.map((verb) => [verb, list.replace('as=', 'AS=')] as const),
    ['deletecollection', metadata] as const,
  ])('to %s is never asked for in a form that it cannot have: %s', (verb, header) => {
    expect(acceptOf(header, verb)).toBeUndefined();
    expect(acceptOf(`${header},${table},*/*`, verb)).toBe(`${table},${json}`);
  });

  it.each([
    ...writes.map((verb) => [verb, metadata] as const),
    ['deletecollection', list] as const,
  ])('to %s is asked for in a form that it can have: %s', (verb, header) => {
    expect(acceptOf(header, verb)).toBe(header);
  });

  it.each([list, metadata])('may be of any form where it is one to a read: %s', (header) => {
    expect(acceptOf(header)).toBe(header);
  });
});
