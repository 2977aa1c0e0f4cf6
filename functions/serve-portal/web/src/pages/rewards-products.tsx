import { ask, type RewardsProducts } from '../api';
import { FILES } from '../beside';
import { lazy } from '../lazy';
import { useResource } from '../resource';
import { useMe } from '../session';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Section } from '../ui/states';
import { Identifier, Money, Said } from '../ui/text';
import { t } from '../words';
import { lotName } from './rewards-lots';

const Files = lazy(() => import('../ui/files'), FILES, 1);

/** What earned the rewards of a month, product by product, and the same as a file. */
export function Products({ id }: { id: string }) {
  const me = useMe();
  const products = useResource(`rewards products ${me.account.id} ${id}`, (signal) => ask('get', '/v1/rewards/products', { query: { lot: id }, signal }));
  const rewards = useResource(`rewards ${me.account.id}`, (signal) => ask('get', '/v1/rewards', { signal })).value;
  const plan = rewards?.subscriptions.find(({ lots }) => lots.some((lot) => lot.id === id));
  const lot = plan?.lots.find((one) => one.id === id);
  if (products.failure?.status === 403 || products.failure?.status === 404) return <FullProblem failure={products.failure} />;
  const title = lot ? t('rewards.productsOf', { month: lotName(lot) }) : t('rewards.products');
  return (
    <div class="rewards">
      <div class="trail screen-only"><a class="onward" href="/rewards"><Icon name="chevron" turns />{t('rewards.title')}</a></div>
      <header class="page-head">
        <div>
          <PageTitle title={title} ready={products.value !== undefined || products.failure !== undefined} />
          <p class="lead">{t('rewards.productsLead')} {plan && <Identifier>{plan.number}</Identifier>}</p>
        </div>
        <Files label={t('rewards.download')} files={[{ label: t('rewards.csv'), path: '/v1/rewards/products/file', query: { lot: id } }]} />
      </header>
      <Section resource={products}>{(value) => <Table value={value} />}</Section>
    </div>
  );
}

function Table({ value }: { value: RewardsProducts }) {
  return (
    <div class="card">
      <table class="table cards" role="table">
        <caption class="hidden">{t('rewards.products')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('rewards.product')}</th>
            <th role="columnheader" scope="col">{t('rewards.eligible')}</th>
            <th role="columnheader" scope="col" class="figure">{t('rewards.usage')}</th>
            <th role="columnheader" scope="col" class="figure">{t('rewards.earned')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {value.products.map((product, index) => (
            <tr role="row" key={index}>
              <th role="rowheader" scope="row">
                {product.name ? <Said>{product.name}</Said> : <Identifier>{product.productNumber}</Identifier>}
                {product.name && product.productNumber && <span class="row-title"><Identifier>{product.productNumber}</Identifier></span>}
              </th>
              <td role="cell" data-label={t('rewards.eligible')}>
                <span>{product.isEligibleToEarnRewards ? t('rewards.yes') : t(`rewards.why.${product.reason ?? 'OTHER'}`)}</span>
              </td>
              <td role="cell" class="figure" data-label={t('rewards.usage')}><Money value={product.usageAmount} /></td>
              <td role="cell" class="figure" data-label={t('rewards.earned')}><Money value={product.earnedRewards} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
