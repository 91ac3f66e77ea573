import { Module } from '@nestjs/common';
import { TokensResolver } from './graphql/tokens.resolver.js';
import { TokensController } from './rest/tokens.controller.js';

/** The service is made before Nest, with the verifier that tokens come back to. */
@Module({ controllers: [TokensController], providers: [TokensResolver] })
export class TokensModule {}
