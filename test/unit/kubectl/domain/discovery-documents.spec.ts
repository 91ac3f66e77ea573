import { describe, expect, it } from 'vitest';
import {
  emptyGroup,
  emptyResourceList,
  listsDescription,
  listsGroup,
  withVirtualResources,
} from '../../../../src/kubectl/domain/discovery-documents.js';

const alphaVersion = { groupVersion: 'sallyport.dev/v1alpha1', version: 'v1alpha1' };
const betaVersion = { groupVersion: 'sallyport.dev/v1beta1', version: 'v1beta1' };
const appsVersion = { groupVersion: 'apps/v1', version: 'v1' };
const apps = { name: 'apps', versions: [appsVersion], preferredVersion: appsVersion };
const own = { name: 'sallyport.dev', versions: [alphaVersion], preferredVersion: alphaVersion };

const groupList = (groups: readonly object[]) => {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
};
const resourceList = (resources: readonly object[] | null) => {
  return { ...emptyResourceList, resources };
};
const discoveryList = (items: readonly object[], version = 'v2') => {
  const apiVersion = `apidiscovery.k8s.io/${version}`;
  return { kind: 'APIGroupDiscoveryList', apiVersion, metadata: {}, items };
};

const rotations = {
  name: 'secretrotations',
  singularName: 'secretrotation',
  namespaced: true,
  kind: 'SecretRotation',
  verbs: ['get', 'list'],
  storageVersionHash: 'DCcvItkSJDg=',
};
const responseKind = { group: 'sallyport.dev', version: 'v1alpha1', kind: 'SecretRotation' };
const status = { subresource: 'status', responseKind, verbs: ['get'] };
const run = { subresource: 'run', responseKind, verbs: ['create'] };
const discoveredRotations = {
  resource: 'secretrotations',
  responseKind,
  scope: 'Namespaced',
  singularResource: 'secretrotation',
  verbs: ['get', 'list'],
  subresources: [status],
};
const discoveredApps = {
  metadata: { name: 'apps', creationTimestamp: null },
  versions: [{ version: 'v1', resources: [], freshness: 'Current' }],
};

interface Entry {
  readonly name: string;
  readonly verbs: readonly string[];
}

interface Discovered {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly freshness?: string;
      readonly resources: readonly {
        readonly resource: string;
        readonly subresources?: readonly { readonly subresource: string }[];
      }[];
    }[];
  }[];
}

const entriesOf = (document: object) =>
  (withVirtualResources(document) as { resources: readonly Entry[] }).resources;
const discovered = (document: object) => withVirtualResources(document) as Discovered;
const namesOf = (items: Discovered['items']) =>
  items
    .find(({ metadata }) => metadata.name === 'sallyport.dev')
    ?.versions.flatMap(({ resources }) =>
      resources.flatMap(({ resource, subresources = [] }) => [
        resource,
        ...subresources.map(({ subresource }) => `${resource}/${subresource}`),
      ]),
    );

const virtualNames = [
  'secretkeys',
  'secretmetadata',
  'secretversions',
  'secretversions/restore',
  'secretversions/restore-retired',
  'secretversions/destroy',
  'auditevents',
  'auditevents/ingest',
  'auditlogs',
  'accesstokens',
];

describe('the list of groups', () => {
  it('has the group of the virtual resources where the cluster has none', () => {
    expect(withVirtualResources(groupList([apps]))).toEqual(groupList([apps, own]));
  });

  it('stays as it is where the cluster serves the group', () => {
    expect(withVirtualResources(groupList([own, apps]))).toEqual(groupList([own, apps]));
  });

  it('keeps what the cluster prefers', () => {
    const beta = { name: 'sallyport.dev', versions: [betaVersion], preferredVersion: betaVersion };
    const both = { ...beta, versions: [betaVersion, alphaVersion] };
    expect(withVirtualResources(groupList([beta]))).toEqual(groupList([both]));
  });

  it('tells which groups there are', () => {
    expect(listsGroup(groupList([apps]), 'apps')).toBe(true);
    expect(listsGroup(groupList([apps]), 'batch')).toBe(false);
    expect(listsGroup(groupList([apps]), 'apps', 'v1')).toBe(true);
    expect(listsGroup(groupList([apps]), 'apps', 'v9')).toBe(false);
    expect(listsGroup(groupList([apps]), 'batch', 'v1')).toBe(false);
    expect(listsGroup({ kind: 'Status' }, 'apps')).toBeUndefined();
  });

  it('tells which descriptions there are', () => {
    const index = { paths: { 'apis/apps/v1': { serverRelativeURL: '/openapi/v3/apis/apps/v1' } } };
    expect(listsDescription(index, 'apis/apps/v1')).toBe(true);
    expect(listsDescription(index, 'apis/apps/v9')).toBe(false);
    expect(listsDescription(index, 'constructor')).toBe(false);
    expect(listsDescription({ kind: 'Status' }, 'apis/apps/v1')).toBeUndefined();
  });
});

describe('the group itself', () => {
  it('is there without the cluster', () => {
    expect(withVirtualResources(emptyGroup)).toEqual({
      kind: 'APIGroup',
      apiVersion: 'v1',
      ...own,
    });
  });
});

describe('the resources of the group', () => {
  it.each([[[]], [null]])('are the virtual ones where the cluster has %j', (resources) => {
    const entries = entriesOf(resourceList(resources));
    expect(entries.map(({ name }) => name)).toEqual(virtualNames);
    expect(entries[0]).toEqual({
      name: 'secretkeys',
      singularName: 'secretkey',
      namespaced: true,
      kind: 'SecretKey',
      verbs: ['get', 'update', 'delete'],
    });
    expect(entries[3]).toEqual({
      name: 'secretversions/restore',
      singularName: '',
      namespaced: true,
      kind: 'SecretVersion',
      verbs: ['create'],
    });
  });

  it('come after those of the cluster, whose rotations can be run', () => {
    const entries = entriesOf(resourceList([rotations]));
    const names = ['secretrotations', 'secretrotations/run', ...virtualNames];
    expect(entries.map(({ name }) => name)).toEqual(names);
    expect(entries[0]).toEqual(rotations);
  });

  it('come after those of the cluster, whose shares can be revoked', () => {
    const shares = { ...rotations, name: 'secretshares' };
    const imports = { ...rotations, name: 'secretimports' };
    const entries = entriesOf(resourceList([shares, imports]));
    const names = ['secretshares', 'secretimports', 'secretshares/revoke', ...virtualNames];
    expect(entries.map(({ name }) => name)).toEqual(names);
  });

  it('are those of the cluster where it has some of these names', () => {
    const key = { ...rotations, name: 'secretkeys', verbs: ['get'] };
    const once = entriesOf(resourceList([rotations, key]));
    expect(once.filter(({ name }) => name === 'secretkeys')).toEqual([key]);
    expect(entriesOf(resourceList(once))).toEqual(once);
  });

  it('have no short names and are in no category, so that `get all` leaves them out', () => {
    for (const entry of entriesOf(resourceList([]))) {
      expect(entry).not.toHaveProperty('shortNames');
      expect(entry).not.toHaveProperty('categories');
    }
  });
});

describe('the aggregated document', () => {
  it.each(['v2', 'v2beta1'])('%s has them all, in a group of its own', (version) => {
    const { items, ...head } = discovered(discoveryList([discoveredApps], version));
    expect(head).toEqual({ ...discoveryList([], version), items: undefined });
    expect(items[0]).toEqual(discoveredApps);
    expect(namesOf(items)).toEqual(virtualNames);
    expect(items[1]?.versions).toHaveLength(1);
    expect(items[1]?.versions[0]).toMatchObject({ version: 'v1alpha1', freshness: 'Current' });
  });

  it('says of which kind and where they are, as the cluster does of custom resources', () => {
    const [group] = discovered(discoveryList([])).items;
    expect(group?.versions[0]?.resources[0]).toEqual({
      resource: 'secretkeys',
      responseKind: { group: 'sallyport.dev', version: 'v1alpha1', kind: 'SecretKey' },
      scope: 'Namespaced',
      singularResource: 'secretkey',
      verbs: ['get', 'update', 'delete'],
    });
  });

  it('completes the group of the cluster', () => {
    const alpha = { version: 'v1alpha1', resources: [discoveredRotations], freshness: 'Current' };
    const group = { metadata: { name: 'sallyport.dev' }, versions: [alpha] };
    const { items } = discovered(discoveryList([group, discoveredApps]));
    expect(items).toHaveLength(2);
    const [first] = items[0]?.versions[0]?.resources ?? [];
    expect(first).toEqual({ ...discoveredRotations, subresources: [status, run] });
    const names = ['secretrotations', 'secretrotations/status', 'secretrotations/run'];
    expect(namesOf(items)).toEqual([...names, ...virtualNames]);
    expect(discovered({ ...discoveryList(items) }).items).toEqual(items);
  });

  it('leaves a custom resource without further parts as it is', () => {
    const imports = { ...discoveredRotations, resource: 'secretimports', subresources: undefined };
    const alpha = { version: 'v1alpha1', resources: [imports], freshness: 'Current' };
    const group = { metadata: { name: 'sallyport.dev' }, versions: [alpha] };
    const { items } = discovered(discoveryList([group]));
    expect(items[0]?.versions[0]?.resources[0]).toEqual(imports);
  });

  it('has their version behind the others of the group', () => {
    const beta = { version: 'v1beta1', freshness: 'Current' };
    const group = { metadata: { name: 'sallyport.dev' }, versions: [beta] };
    const { items } = discovered(discoveryList([group]));
    expect(items[0]?.versions.map(({ version }) => version)).toEqual(['v1beta1', 'v1alpha1']);
  });
});

describe('what is no discovery document', () => {
  it.each([undefined, null, [], 'text', {}, { kind: 'Status' }, { kind: 'APIGroupList' }])(
    '%j is not altered',
    (document) => {
      expect(withVirtualResources(document)).toBeUndefined();
    },
  );
});
