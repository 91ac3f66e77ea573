import type { Abstract, Type } from '@nestjs/common';
import type { Gateway } from '../../src/app/gateway.js';

/** What a gateway injects for a class or a port. */
export function partOf<T>(gateway: Pick<Gateway, 'app'>, token: Type<T> | Abstract<T>): T {
  return gateway.app.get<T>(token, { strict: false });
}
