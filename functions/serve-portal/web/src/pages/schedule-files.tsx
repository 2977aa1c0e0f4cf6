import Files from '../ui/files';
import { currentLanguage } from '../preferences';
import { t } from '../words';

const FORMATS = ['csv', 'xlsx', 'pdf', 'ics', 'json'] as const;

/** The invoice schedule as files; of one subscription where one is named. */
export default function ScheduleFiles({ subscription, from, to, label, small }: {
  subscription?: string; from?: string; to?: string; label?: string; small?: boolean;
}) {
  const files = FORMATS.map((format) => ({
    label: t(`file.${format}`), path: '/v1/schedule/file',
    query: { format, subscription, from, to, ...(format === 'pdf' && { language: currentLanguage() }) },
  }));
  return <Files small={small} label={label ?? t('file.download')} files={files} />;
}
