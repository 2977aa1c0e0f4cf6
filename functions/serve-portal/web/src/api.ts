import type { components, paths } from '../.generated/api';

type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Money = Schemas['Money'];
export type Problem = Schemas['Problem'];
export type InvoiceRow = Schemas['InvoiceRow'];
export type Invoice = Schemas['Invoice'];
export type InvoiceSummary = Schemas['InvoiceSummary'];
export type CurrencySummary = InvoiceSummary['currencies'][number];
export type InvoiceStatus = Schemas['InvoiceStatus'];
export type Bucket = Schemas['Bucket'];
export type Party = Schemas['Party'];
export type ImportReport = Schemas['ImportReport'];
export type Module = Schemas['Module'];
export type InvoicePage = Answer<'/v1/invoices', 'get'>;
export type Plan = Schemas['PaymentPlan'];
export type PlanQuestion = Schemas['PaymentSelection'];
export type PlannedPayment = Plan['payments'][number];
export type LeftOut = Plan['leftOut'][number];
export type Payment = Schemas['Payment'];
export type PaymentPage = Answer<'/v1/payments', 'get'>;
export type PaymentRow = Schemas['PaymentRow'];
export type PaymentMethod = Schemas['PaymentMethod'];
export type PaymentMethods = Answer<'/v1/payment-methods', 'get'>;
export type StuckPayment = PaymentMethods['stuck'][number];
export type ContactType = Schemas['ContactType'];
export type Person = Schemas['Person'];
export type AccessGrant = Schemas['AccessGrant'];
export type Access = Answer<'/v1/access', 'get'>;
export type PeoplePage = Answer<'/v1/contacts', 'get'>;
export type Invited = Answer<'/v1/invitations', 'post'>['items'][number];
export type InvitationShown = Answer<'/v1/invitation/read', 'post'>;
export type OwnSession = Answer<'/v1/sessions', 'get'>['items'][number];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditPage = Answer<'/v1/audit', 'get'>;
export type ReviewPage = Answer<'/v1/operator/reviews', 'get'>;
export type NearDuplicate = Answer<'/v1/operator/near-duplicates', 'get'>['items'][number];
export type Review = ReviewPage['items'][number];
export type Held = Answer<'/v1/operator/people/held', 'post'>['items'][number];
export type ContractPage = Answer<'/v1/contracts', 'get'>;
export type ContractRow = Schemas['ContractRow'];
export type Contract = Schemas['Contract'];
export type Subscription = Schemas['Subscription'];
export type CommitmentUse = Schemas['CommitmentUse'];
export type Renewal = Schemas['Renewal'];
export type OrderPage = Answer<'/v1/orders', 'get'>;
export type OrderRow = Schemas['OrderRow'];
export type Order = Schemas['Order'];
export type OrderState = Schemas['OrderState'];
export type PaymentsDue = Schemas['PaymentsDue'];
export type PaymentsDueItem = Schemas['PaymentsDueItem'];
export type Schedule = Schemas['InvoiceSchedule'];
export type Rewards = Schemas['Rewards'];
export type RewardsOf = Schemas['RewardsOf'];
export type RewardEntry = Schemas['RewardsLedger']['entries'][number];
export type RewardsProducts = Schemas['RewardsProducts'];
export type Redeemers = Schemas['Redeemers'];
export type RedeemersOf = Schemas['RedeemersOf'];
export type BillingProfile = Schemas['BillingProfile'];
export type BillingProfileChange = Schemas['BillingProfileChange'];
export type Dispute = Schemas['Dispute'];
export type DisputeReason = Schemas['DisputeReason'];
export type DisputePage = Answer<'/v1/operator/disputes', 'get'>;
export type WaitingDispute = DisputePage['items'][number];
export type DunningPolicy = Schemas['DunningPolicy'];
export type Letters = Answer<'/v1/letters', 'get'>;
export type OptionalLetter = Schemas['OptionalLetter'];
export type MailPreview = Answer<'/v1/invoices/mail', 'get'>;
export type Statement = Schemas['Statement'];
export type StatementEntry = Schemas['StatementEntry'];
export type ProfileAddress = Schemas['ProfileAddress'];

type Method = 'get' | 'post' | 'put' | 'delete';
type Answer<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]> extends { responses: infer R }
  ? R extends { 200: { content: { 'application/json': infer B } } } ? B
    : R extends { 202: { content: { 'application/json': infer B } } } ? B : void
  : never;

interface Question {
  params?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  json?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 30_000;

/** A refusal of the API, or no answer at all (status 0). */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }

  get status(): number {
    return this.problem.status;
  }

  /** What kind of refusal it is, by its name in the contract. */
  get slug(): string {
    return this.problem.type.split('/').at(-1) ?? '';
  }

  /** The request's id, to quote to support. Absent where nothing answered. */
  get requestId(): string | undefined {
    return this.problem.instance?.split(':').at(-1) || undefined;
  }
}

export function refusal(status: number, title = ''): Refusal {
  return new Refusal({ type: '', title, status, detail: '', instance: '' });
}

/** Turns whatever was thrown into a refusal that can be shown. */
export function asRefusal(cause: unknown): Refusal {
  return cause instanceof Refusal ? cause : refusal(500);
}

function address(path: string, { params = {}, query = {} }: Question): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/** Sends a question and waits for the head of the answer. Rejects with a Refusal where nothing answers. */
export async function send(method: string, path: string, question: Question): Promise<Response> {
  const { json, form, headers, signal } = question;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(address(path, question), {
      method: method.toUpperCase(),
      headers: json === undefined ? headers : { 'content-type': 'application/json', ...headers },
      body: json === undefined ? form : JSON.stringify(json),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw refusal(0);
  }
}

/** Asks the API. Rejects with a Refusal; an aborted question rejects with the abort. */
export async function ask<P extends keyof paths, M extends Method>(
  method: M, path: P, question: Question = {},
): Promise<Answer<P, M>> {
  const response = await send(method, path, question);
  if (response.status === 204) return undefined as never;
  const body: unknown = await response.json().catch(() => undefined);
  // The contract's tests hold the answers to their types; here they are taken at their word.
  if (response.ok && body !== undefined) return body as never;
  if (body && typeof body === 'object' && 'status' in body) throw new Refusal(body as Problem);
  throw refusal(response.ok ? 500 : response.status);
}
