import { SetMetadata, applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';

export const PUBLIC = 'sallyport:public';

/** Only opt-out of authentication; the route matrix test contains the whole list. */
export const Public = (): MethodDecorator =>
  applyDecorators(SetMetadata(PUBLIC, true), RouteConfig({ public: true }));
