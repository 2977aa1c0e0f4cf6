import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { arrive } from '../router';
import { t } from '../words';

interface TitleProps {
  /** The words of the window's title and, unless there are children, of the heading. */
  title: string;
  /** False while the content is still to come: the reader is placed when it stands. */
  ready?: boolean;
  children?: ComponentChildren;
}

/** The one h1 of a page. It names the window and takes the focus after a change of page. */
export function PageTitle({ title, ready = true, children }: TitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title]);
  useLayoutEffect(() => {
    if (ready) arrive(heading.current);
  });
  return <h1 ref={heading} tabIndex={-1}>{children ?? title}</h1>;
}
