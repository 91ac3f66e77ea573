import { describe, expect, it } from 'vitest';
import { refuseUnoffered } from '../../src/http/accept.js';
import { negotiate, negotiateFormat, refuseWrongPartial } from '../../src/http/negotiate.js';

const kubectlGet =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

describe('negotiate', () => {
  it.each([
    ['', 'plain', 'json'],
    ['*/*', 'plain', 'json'],
    ['application/json', 'plain', 'json'],
    ['application/vnd.kubernetes.protobuf,application/json', 'plain', 'json'],
    ['application/yaml', 'plain', 'yaml'],
    [kubectlGet, 'table', 'json'],
    ['text/html;q=0.9, application/json;q=0.1', 'plain', 'json'],
    ['application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'partial', 'json'],
  ])('%s → %s', (accept, form, format) => {
    expect(negotiate(accept)).toMatchObject({ form, format });
  });

  it('takes an older version of tables where that is all a client knows', () => {
    const accept = 'application/json;as=Table;v=v1beta1;g=meta.k8s.io';
    expect(negotiate(accept)).toMatchObject({ form: 'table', metaVersion: 'v1beta1' });
  });

  it.each(['text/html', 'application/vnd.kubernetes.protobuf'])('%s is not offered', (accept) => {
    expect(() => negotiate(accept)).toThrow(/^only the following media types are accepted: /);
  });

  it('takes wildcards last among parts of one quality', () => {
    expect(negotiate('*/*, application/yaml').format).toBe('yaml');
    expect(negotiate('*/*, application/yaml;q=0.9').format).toBe('json');
  });

  it('words an error in YAML, in JSON, or in neither', () => {
    const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    expect(negotiateFormat('application/yaml')).toBe('yaml');
    expect(negotiateFormat('text/html, */*;q=0.1')).toBe('json');
    expect(negotiateFormat(`${table},application/yaml`)).toBe('yaml');
    expect([table, 'text/html'].map(negotiateFormat)).toEqual([undefined, undefined]);
  });

  it('says what is offered instead of an unknown form', () => {
    const accept = 'application/json;as=Table;v=v2;g=meta.k8s.io';
    expect(() => negotiate(accept)).toThrow(/^only the following media types are accepted: /);
  });

  it('tells partial metadata of one object from those of a list', () => {
    const one = negotiate('application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io');
    expect(() => refuseWrongPartial(one, true, '*core.SecretList')).toThrow(
      'you requested PartialObjectMetadata, but the requested object is a list (*core.SecretList)',
    );
    expect(() => refuseWrongPartial(one, false, '*core.Secret')).not.toThrow();
  });
});

describe('a route', () => {
  it.each(['', '*/*', 'application/json;as=Nonsense', 'text/html, application/yaml'])(
    'answers %j',
    (accept) => expect(() => refuseUnoffered(accept)).not.toThrow(),
  );

  it.each(['text/html', 'application/*', 'APPLICATION/JSON', '*'])('refuses %j', (accept) => {
    expect(() => refuseUnoffered(accept)).toThrow(
      '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml',
    );
  });

  it('names streams where it may answer with one', () => {
    expect(() => refuseUnoffered('text/html', undefined, true)).toThrow(
      /application\/yaml, application\/json;stream=watch$/,
    );
  });
});
