import { Controller, Options, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { type Answer, json } from '../../platform/http/answer.js';
import { Handles, Input } from '../../platform/http/operation.decorator.js';
import { anonymousCaller } from '../../platform/http/refusal-recorder.js';
import { type NotificationReceipt, NotificationsService } from '../notify/notifications.service.js';
import type { StoreNotification } from '../notify/store-notification.js';
import { EVENT_GRID, notifyStore, notifySync } from '../notify.operations.js';

const ORIGIN = 'webhook-request-origin';

/** Controller of notifications of stores: translates, decides nothing. */
@Controller()
export class NotifyController {
  readonly #notifications: NotificationsService;

  constructor(notifications: NotificationsService) {
    this.#notifications = notifications;
  }

  @Handles(notifyStore)
  @Public()
  async notifyStore(
    @Input() { params, body }: InputOf<typeof notifyStore>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const sent = notificationOf(request, body);
    return answerOf(await this.#notifications.notifyStore(callerOf(request), params.name, sent));
  }

  @Handles(notifySync)
  @Public()
  async notifySync(
    @Input() { params, body }: InputOf<typeof notifySync>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const sent = notificationOf(request, body);
    return answerOf(await this.#notifications.notifySync(callerOf(request), params, sent));
  }

  /**
   * Answers what Event Grid asks before it sends CloudEvents, alike for all names: each event has
   * a token that is checked.
   * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
   */
  @Public()
  @Options([notifyStore.path, notifySync.path])
  async handshake(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const isEventGrid = request.headers[ORIGIN] === EVENT_GRID;
    const allowed = isEventGrid ? { 'webhook-allowed-origin': EVENT_GRID } : {};
    await reply
      .status(successStatus.ok)
      .headers({ allow: 'POST', ...allowed })
      .send();
  }
}

function callerOf(request: FastifyRequest) {
  const { requestId } = request;
  return { ...anonymousCaller(request), requestId };
}

function notificationOf({ headers }: FastifyRequest, body: Buffer): StoreNotification {
  return {
    webhookId: textOf(headers['webhook-id']),
    webhookTimestamp: textOf(headers['webhook-timestamp']),
    webhookSignature: textOf(headers['webhook-signature']),
    authorization: headers.authorization,
    body,
  };
}

function answerOf({ validationCode }: NotificationReceipt): Answer {
  if (validationCode === undefined) return { status: successStatus.accepted };
  return json(successStatus.ok, { validationResponse: validationCode });
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
