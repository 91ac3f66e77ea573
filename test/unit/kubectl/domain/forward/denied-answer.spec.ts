import { expect, it } from 'vitest';
import { SallyportError } from '../../../../../src/core/errors/sallyport-error.js';
import { deniedAnswer } from '../../../../../src/kubectl/domain/forward/denied-answer.js';

const denial = new SallyportError('Forbidden', 'secrets "db" is forbidden: no');

it.each([
  ['db', '{"name":"db","kind":"secrets"}'],
  ['', '{"kind":"secrets"}'],
])('a denial about %j has the form of one of the API server', (name, details) => {
  const { answer, code, message } = deniedAnswer(denial, name);
  expect({ code, message }).toEqual({ code: 'Forbidden', message: denial.message });
  expect(answer.status).toBe(403);
  // kube-apiserver v1.37.2
  expect(answer.body.toString()).toBe(
    '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",' +
      `"message":"secrets \\"db\\" is forbidden: no","reason":"Forbidden","details":${details},` +
      '"code":403}\n',
  );
});
