import { badRequest } from '../../../core/errors/sallyport-error.js';
import { parseTime } from '../../domain/parse-time.js';
import type { LogExport } from '../audit-log.service.js';

interface ExportQuery {
  readonly format?: LogExport['format'] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

const files: Readonly<Record<LogExport['format'], readonly [type: string, ending: string]>> = {
  json: ['application/x-ndjson', 'ndjson'],
  csv: ['text/csv; charset=utf-8; header=present', 'csv'],
  tlog: ['text/plain; charset=utf-8', 'tlog'],
};

/** Returns the export of a query, ages counted from now; BadRequest for a part in tlog format. */
export function exportWish(query: ExportQuery, nowMs: number): LogExport {
  const { format = 'json', since, until } = query;
  if (format === 'tlog') {
    if (since === undefined && until === undefined) return { format };
    throw badRequest('the format tlog has the whole log: since and until do not go with it');
  }
  const sinceMs = since === undefined ? undefined : parseTime(since, nowMs);
  const untilMs = until === undefined ? undefined : parseTime(until, nowMs);
  return {
    format,
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
  };
}

export function exportHeaders(format: LogExport['format']): Readonly<Record<string, string>> {
  const [type, ending] = files[format];
  return {
    'content-type': type,
    'content-disposition': `attachment; filename="sallyport-audit.${ending}"`,
  };
}
