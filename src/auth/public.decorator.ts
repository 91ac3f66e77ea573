import { SetMetadata, applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';

export const PUBLIC = 'sallyport:public';

/** The only opt-out of authentication; the route matrix test holds the whole list. */
export const Public = (): MethodDecorator =>
  applyDecorators(SetMetadata(PUBLIC, true), RouteConfig({ public: true }));
