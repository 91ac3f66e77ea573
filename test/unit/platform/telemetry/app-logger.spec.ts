import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { captureLog } from './captured-log.js';

const CANARY = 'shhhhhh-canary';

describe('AppLogger', () => {
  it('writes the named fields of a completed request and no other', () => {
    const log = captureLog();
    const request = {
      requestId: 'r-1',
      auditId: 'a-1',
      method: 'GET',
      route: '/v1/namespaces/:namespace/secrets/:name',
      status: 200,
      durationMs: 1.5,
      aborted: false,
    };
    log.logger.requestCompleted({ ...request, ...{ body: CANARY, headers: { a: CANARY } } });
    const [line] = log.lines();
    expect(Object.keys(line ?? {}).toSorted()).toEqual([
      'auditId',
      'durationMs',
      'event',
      'level',
      'method',
      'msg',
      'requestId',
      'route',
      'service',
      'status',
      'time',
    ]);
    expect(log.text()).not.toContain(CANARY);
  });

  it('says where an unexpected error came from, without the messages of its causes', () => {
    const log = captureLog();
    const parser = new SyntaxError(`Unexpected token in ${CANARY}`);
    const cause = new TypeError(`cannot read ${CANARY}`, { cause: parser });
    const error = new SallyportError('Internal', 'an internal error occurred', {
      cause,
      internal: 'the mapper met a shape it does not know',
    });
    log.logger.unexpectedError(error, 'r-2');
    expect(log.text()).not.toContain(CANARY);
    expect(log.lines()[0]).toMatchObject({
      event: 'error.unexpected',
      requestId: 'r-2',
      code: 'Internal',
      internal: 'the mapper met a shape it does not know',
      causes: [{ name: 'TypeError' }, { name: 'SyntaxError' }],
    });
  });

  it('names a check and its state when readiness changes', () => {
    const log = captureLog();
    log.logger.readinessChanged('cluster', false, 'TimeoutError');
    log.logger.readinessChanged('cluster', true);
    expect(log.lines()).toMatchObject([
      { level: 40, check: 'cluster', state: 'down', reason: 'TimeoutError' },
      { level: 30, check: 'cluster', state: 'up' },
    ]);
  });

  it('writes alarms as errors', () => {
    const log = captureLog();
    log.logger.alarm('the audit log cannot be written');
    expect(log.lines()).toMatchObject([
      { level: 50, event: 'alarm', msg: 'the audit log cannot be written' },
    ]);
  });
});
