import { describe, expect, it } from 'vitest';
import {
  listedQuestions,
  nonResourceRules,
  resourceRules,
} from '../../../../src/kubectl/domain/self-review-rules.js';

const questions = listedQuestions('pay');
const asked = questions.map(({ verb, group = '', resource, subresource }) => {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${what}${group === '' ? '' : `.${group}`}`;
});
const right = (verb: string, resource: string, name = '', group = '') => {
  return { verb, group, resource, namespace: 'pay', name };
};
const ours = 'sallyport.dev';

describe('the rights that a list of rules is about', () => {
  it('are in the namespace, for all names there, each once', () => {
    expect(new Set(asked).size).toBe(asked.length);
    for (const { namespace, name } of questions) {
      expect([namespace, name]).toEqual(['pay', '*']);
    }
  });

  it.each([
    'deletecollection secrets',
    'watch namespaces',
    'patch secretrotations.sallyport.dev',
    'create secretrotations/run.sallyport.dev',
    'watch secretshares.sallyport.dev',
    'create secretshares/revoke.sallyport.dev',
    'deletecollection secretimports.sallyport.dev',
    'get secretkeys.sallyport.dev',
    'watch secretmetadata.sallyport.dev',
    'create secretversions/restore-retired.sallyport.dev',
    'list auditevents.sallyport.dev',
    'create auditevents/ingest.sallyport.dev',
    'get auditlogs.sallyport.dev',
    'delete accesstokens.sallyport.dev',
  ])('have %s among them', (question) => {
    expect(asked).toContain(question);
  });

  it('have nothing among them that the gateway does not serve', () => {
    expect(asked).not.toContain('create namespaces');
    expect(asked.filter((question) => question.includes('pods'))).toEqual([]);
  });
});

describe('the rules', () => {
  it('have the verbs of each resource that were allowed', () => {
    const restore = { ...right('create', 'secretversions', '', ours), subresource: 'restore' };
    const rights = [
      ...[right('get', 'secrets'), right('list', 'secrets'), restore],
      right('get', 'secretkeys', '', ours),
    ];
    expect(resourceRules(rights).slice(2)).toEqual([
      { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] },
      {
        verbs: ['create'],
        apiGroups: ['sallyport.dev'],
        resources: ['secretversions/restore'],
      },
      { verbs: ['get'], apiGroups: ['sallyport.dev'], resources: ['secretkeys'] },
    ]);
  });

  it('name the objects that a right is limited to, together for verbs with the same names', () => {
    const rights = [
      right('list', 'secrets'),
      ...[right('get', 'secrets', 'db'), right('get', 'secrets', 'mail')],
      ...[right('update', 'secrets', 'db'), right('update', 'secrets', 'mail')],
      right('delete', 'secrets', 'db'),
    ];
    const rule = { apiGroups: [''], resources: ['secrets'] };
    expect(resourceRules(rights).slice(2)).toEqual([
      { ...rule, verbs: ['list'] },
      { ...rule, verbs: ['get', 'update'], resourceNames: ['db', 'mail'] },
      { ...rule, verbs: ['delete'], resourceNames: ['db'] },
    ]);
  });

  it('are those about oneself where nothing else is allowed', () => {
    expect(resourceRules([])).toEqual([
      {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
      {
        verbs: ['create'],
        apiGroups: ['authentication.k8s.io'],
        resources: ['selfsubjectreviews'],
      },
    ]);
  });

  it('let everybody read discovery, and no health or metrics', () => {
    const [{ verbs, nonResourceURLs }] = nonResourceRules;
    expect(verbs).toEqual(['get']);
    expect(nonResourceURLs).toContain('/apis/*');
    expect(nonResourceURLs.join(' ')).not.toMatch(/healthz|metrics|logs/);
  });
});
