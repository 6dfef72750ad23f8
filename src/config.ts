import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from './core/errors.js';

const port = z.coerce.number().int().min(0).max(65_535);
const hexKey = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits (32 bytes): openssl rand -hex 32');
const httpUrl = z.string().regex(/^https?:\/\/[^\s/]+/, 'must start with https:// (or http:// for tests)');

const WHATSAPP_CLOUD_NEEDS = [
  'WHATSAPP_CLOUD_PHONE_NUMBER_ID',
  'WHATSAPP_CLOUD_APP_SECRETS',
  'WHATSAPP_CLOUD_VERIFY_TOKEN',
] as const;

/** Every variable the service reads. `.env.example` lists exactly these; a test holds them equal. */
export const ConfigSchema = z
  .object({
    HTTP_PORT: port.default(8080),
    HTTP_HOST: z.string().min(1).default('127.0.0.1'),
    PUBLIC_URL: httpUrl.optional(),
    DATA_DIR: z.string().min(1).default('./data'),
    MONGODB_URI: z
      .string()
      .regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://')
      .optional(),
    ADDRESS_KEY: hexKey.optional(),
    CONTENT_KEYS: z
      .string()
      .regex(
        /^[\w-]{1,32}:[0-9a-f]{64}(,[\w-]{1,32}:[0-9a-f]{64})*$/i,
        'must be id:64-hex-digits, newest first, comma between',
      )
      .optional(),
    RECEIPT_KEY: hexKey.optional(),
    TENANT_NAME: z.string().min(1).max(60).default('Kanal Aduan'),
    TENANT_ZONE: z.enum(['WIB', 'WITA', 'WIT']).default('WIB'),
    OFFER_SIMILAR: z.enum(['0', '1']).default('1'),
    REGIONS_CSV: z.string().min(1).optional(),
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
    SESSION_IDLE_MINUTES: z.coerce.number().int().min(5).max(1440).default(30),
    SESSION_MAX_HOURS: z.coerce.number().int().min(1).max(168).default(12),
    OIDC_ISSUER: z
      .string()
      .regex(/^(https:\/\/[^\s/]|http:\/\/(localhost|127\.0\.0\.1)(:|\/|$))/, 'must start with https://')
      .optional(),
    OIDC_CLIENT_ID: z.string().min(1).optional(),
    OIDC_CLIENT_SECRET: z.string().min(8).optional(),
    SMTP_URL: z
      .string()
      .regex(/^smtps?:\/\/[^\s/]/, 'must start with smtp:// or smtps://')
      .optional(),
    SMTP_FROM: z
      .string()
      .regex(/^[^\s@<>]+@[^\s@<>]+$/, 'must be an e-mail address')
      .optional(),
    CLAMAV_ADDRESS: z
      .string()
      .regex(/^(\/\S+|[\w.-]+:\d{1,5})$/, 'must be host:port, or the path of a Unix socket')
      .optional(),
    METRICS_TOKEN: z.string().min(16).optional(),
    LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
    TELEGRAM_BOT_TOKEN: z
      .string()
      .regex(/^\d+:[\w-]{20,}$/, 'must look like 123456:ABC..., as BotFather gives it')
      .optional(),
    TELEGRAM_API_ROOT: httpUrl.default('https://api.telegram.org'),
    TELEGRAM_WEBHOOK_SECRET: z
      .string()
      .regex(/^[\w-]{16,256}$/, 'must be 16 to 256 of A-Z a-z 0-9 _ -')
      .optional(),
    WHATSAPP_WEB: z.enum(['0', '1']).default('0'),
    WHATSAPP_WEB_PER_MINUTE: z.coerce.number().int().min(1).max(120).default(20),
    CHROMIUM_PATH: z.string().min(1).optional(),
    WHATSAPP_CLOUD_TOKEN: z.string().min(20).optional(),
    WHATSAPP_CLOUD_PHONE_NUMBER_ID: z
      .string()
      .regex(/^\d{5,25}$/, 'must be the digits of the phone number id')
      .optional(),
    WHATSAPP_CLOUD_APP_SECRETS: z
      .string()
      .regex(
        /^[0-9a-f]{32}(,[0-9a-f]{32})*$/i,
        'must be app secrets of 32 hexadecimal digits, newest first, comma between',
      )
      .optional(),
    WHATSAPP_CLOUD_VERIFY_TOKEN: z.string().min(16).optional(),
    WHATSAPP_CLOUD_API_ROOT: httpUrl.default('https://graph.facebook.com/v25.0'),
    WHATSAPP_CLOUD_PER_SECOND: z.coerce.number().int().min(1).max(1000).default(60),
    WHATSAPP_CLOUD_IDENTITY: z.enum(['user_id', 'phone']).default('user_id'),
  })
  .superRefine((env, ctx) => {
    if (!env.WHATSAPP_CLOUD_TOKEN) return;
    // without the app secret anyone could file reports as anyone, and without the others nothing arrives or leaves
    for (const name of WHATSAPP_CLOUD_NEEDS) {
      if (!env[name])
        ctx.addIssue({ code: 'custom', path: [name], message: 'required when WHATSAPP_CLOUD_TOKEN is set' });
    }
  })
  .superRefine((env, ctx) => {
    if (!env.OIDC_ISSUER) return;
    for (const name of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const) {
      if (!env[name]) ctx.addIssue({ code: 'custom', path: [name], message: 'required when OIDC_ISSUER is set' });
    }
  })
  .superRefine((env, ctx) => {
    if (env.SMTP_URL && !env.SMTP_FROM)
      ctx.addIssue({ code: 'custom', path: ['SMTP_FROM'], message: 'required when SMTP_URL is set' });
  })
  .superRefine((env, ctx) => {
    if (!env.MONGODB_URI) return;
    // with a database elsewhere the keys must not live on this machine's disk only: losing it would lose every address
    for (const name of ['ADDRESS_KEY', 'CONTENT_KEYS', 'RECEIPT_KEY'] as const) {
      if (!env[name]) ctx.addIssue({ code: 'custom', path: [name], message: 'required when MONGODB_URI is set' });
    }
  });

export type Config = Readonly<z.infer<typeof ConfigSchema>>;

/**
 * Reads and checks the environment once, at start-up. Empty values count as unset, as in a copied `.env.example`.
 *
 * @throws {AppError} `config.invalid`, naming every wrong variable and its mend, never a value
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = ConfigSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('config.invalid', `Invalid environment:\n${problems.join('\n')}`);
  }
  return Object.freeze({ ...parsed.data, DATA_DIR: resolve(parsed.data.DATA_DIR) });
}
