import { describe, expect, it } from 'vitest';
import {
  cacheableGet,
  cacheableList,
} from '../../../../../src/kubectl/domain/forward/cacheable-read.js';
import { rawRequest } from '../../facade.builder.js';

const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const asMetadata = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';

const manyLabels = Array.from({ length: 65 }, (_, i) => `!a${i}`).join();

function request(query: string, accept = 'application/json') {
  return rawRequest([], { query: [...new URLSearchParams(query)], accept });
}

describe('a get', () => {
  it.each([
    ['resourceVersion=0', {}],
    ['resourceVersion=41', { notOlderThan: '41' }],
  ])('may be answered from a cache with %s', (query, rule) => {
    expect(cacheableGet(request(query))).toEqual(rule);
    expect(cacheableGet(request(query, 'application/json,application/json'))).toEqual(rule);
  });

  it.each([
    '',
    'resourceVersion=',
    'resourceVersion=-1',
    'resourceVersion=00',
    'resourceVersion=4x',
    `resourceVersion=${'9'.repeat(20)}`,
    'resourceVersion=0&pretty=true',
    'resourceVersion=0&timeout=1s',
    'resourceVersion=0&anything=',
  ])('is one for the API server with %j', (query) => {
    expect(cacheableGet(request(query))).toBeUndefined();
  });

  it.each([asTable, asMetadata, 'application/json;q=0.5', 'application/json,application/json;a=b'])(
    'is one for the API server as %s',
    (accept) => {
      expect(cacheableGet(request('resourceVersion=0', accept))).toBeUndefined();
    },
  );
});

describe('a list', () => {
  it.each([
    ['resourceVersion=0', {}],
    ['resourceVersion=0&limit=500', {}],
    ['resourceVersion=0&resourceVersionMatch=NotOlderThan', {}],
    ['resourceVersion=0&watch=false&allowWatchBookmarks=false&continue=', {}],
    ['resourceVersion=41', { notOlderThan: '41' }],
    ['resourceVersion=41&resourceVersionMatch=NotOlderThan', { notOlderThan: '41' }],
    ['resourceVersion=0&labelSelector=a+in+(b,c)', { labelSelector: 'a in (b,c)' }],
    ['resourceVersion=0&fieldSelector=type!%3DOpaque', { fieldSelector: 'type!=Opaque' }],
  ])('may be answered from a cache with %s', (query, rule) => {
    expect(cacheableList(request(query))).toEqual(rule);
  });

  it.each([
    '',
    'limit=500',
    'resourceVersion=0&continue=x',
    'resourceVersion=0&limit=x',
    'resourceVersion=0&limit=-1',
    'resourceVersion=0&resourceVersionMatch=Exact',
    'resourceVersion=0&resourceVersionMatch=odd',
    'resourceVersionMatch=NotOlderThan',
    'resourceVersion=41&limit=500',
    'resourceVersion=41&limit=500&resourceVersionMatch=NotOlderThan',
    'resourceVersion=41&resourceVersionMatch=Exact',
    'resourceVersion=0&labelSelector=%20%3D',
    'resourceVersion=0&fieldSelector=data.a%3Db',
    `resourceVersion=0&labelSelector=${manyLabels}`,
    'resourceVersion=0&sendInitialEvents=true',
    'resourceVersion=0&timeoutSeconds=5',
    'resourceVersion=0&pretty=true',
  ])('is one for the API server with %j', (query) => {
    expect(cacheableList(request(query))).toBeUndefined();
  });

  it('is one for the API server as a Table, or of metadata alone', () => {
    expect(cacheableList(request('resourceVersion=0', asTable))).toBeUndefined();
    expect(cacheableList(request('resourceVersion=0', asMetadata))).toBeUndefined();
  });
});
