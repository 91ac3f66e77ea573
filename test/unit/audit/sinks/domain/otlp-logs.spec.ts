import { describe, expect, it } from 'vitest';
import { otlpLogsBody, partialFailure } from '../../../../../src/audit/sinks/domain/otlp-logs.js';
import { eventOf } from '../../audit-builders.js';

describe('a request of OTLP', () => {
  it('names service and version, and has refusals stand out', () => {
    const event = eventOf({ result: { outcome: 'denied', code: 403 } });
    const entries = [{ leafIndex: 2 ** 40, event: Buffer.from(JSON.stringify(event)) }];
    const body = otlpLogsBody(entries, { version: '1.2.3', nowMs: 1_700_000_000_000 });
    expect(JSON.parse(body.toString())).toMatchObject({
      resourceLogs: [
        {
          resource: {
            attributes: [
              { key: 'service.name', value: { stringValue: 'sallyport' } },
              { key: 'service.version', value: { stringValue: '1.2.3' } },
            ],
          },
          scopeLogs: [
            {
              scope: { name: 'sallyport.audit' },
              logRecords: [
                {
                  timeUnixNano: '1767323045678000000',
                  observedTimeUnixNano: '1700000000000000000',
                  severityNumber: 13,
                  eventName: 'sallyport.audit',
                  body: { stringValue: JSON.stringify(event) },
                  attributes: [
                    // As text, for JSON's numbers are too small in some readers.
                    { key: 'sallyport.audit.leaf_index', value: { intValue: '1099511627776' } },
                    { key: 'sallyport.audit.id', value: { stringValue: event.auditID } },
                    { key: 'sallyport.audit.action', value: { stringValue: 'secrets.reveal' } },
                    { key: 'sallyport.audit.outcome', value: { stringValue: 'denied' } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('a success of a collector', () => {
  it.each([
    '',
    '{}',
    '{"partialSuccess":{}}',
    '{"partialSuccess":{"rejectedLogRecords":"0"}}',
    '[',
  ])('is one with the text %s', (text) => {
    expect(partialFailure(text)).toBeUndefined();
  });

  it('is none where it has rejected records', () => {
    const text = '{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"hunter2"}}';
    expect(partialFailure(text)).toBe('the collector rejected 3 of the records');
  });
});
