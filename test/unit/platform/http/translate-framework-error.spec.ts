import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { translateFrameworkError } from '../../../../src/platform/http/translate-framework-error.js';

const coded = (code: string) => Object.assign(new Error('hunter2'), { code });
/** As Nest hands over an error of Fastify. */
const wrapped = (code: string, status: number) =>
  new HttpException('hunter2', status, { cause: coded(code) });

describe('translateFrameworkError', () => {
  it.each([
    [coded('FST_ERR_CTP_BODY_TOO_LARGE'), 'TooLarge', 413],
    [coded('FST_ERR_CTP_INVALID_MEDIA_TYPE'), 'UnsupportedMediaType', 415],
    [coded('FST_ERR_CTP_EMPTY_TYPE'), 'UnsupportedMediaType', 415],
    [coded('FST_ERR_CTP_INVALID_CONTENT_LENGTH'), 'BadRequest', 400],
    [coded('FST_ERR_BAD_URL'), 'BadRequest', 400],
    [coded('FST_ERR_MAX_PARAM_LENGTH'), 'BadRequest', 400],
    [coded('HPE_HEADER_OVERFLOW'), 'TooLarge', 431],
    [coded('SOMETHING_ELSE'), 'Internal', 500],
    [new NotFoundException('hunter2'), 'NotFound', 404],
    [new BadRequestException('hunter2'), 'BadRequest', 400],
    [new HttpException('hunter2', 418), 'Internal', 500],
    [wrapped('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 'UnsupportedMediaType', 415],
    [wrapped('FST_ERR_CTP_BODY_TOO_LARGE', 413), 'TooLarge', 413],
    [wrapped('FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400), 'BadRequest', 400],
    [new TypeError('hunter2'), 'Internal', 500],
    ['hunter2', 'Internal', 500],
    [null, 'Internal', 500],
    [undefined, 'Internal', 500],
  ])('says of %s nothing but %s (%i)', (thrown, code, status) => {
    const error = translateFrameworkError(thrown);
    expect(error).toMatchObject({ code, status });
    expect(error.message).not.toContain('hunter2');
  });

  it('leaves our own errors as they are', () => {
    const own = new SallyportError('Conflict', 'why', { status: 412 });
    expect(translateFrameworkError(own)).toBe(own);
  });
});
