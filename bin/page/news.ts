import { useEffect, useState } from 'preact/hooks'
import type { News } from '../../lib/screens/page/api.js'

/** What the server pushed last; `isLive`: it is connected. */
export function useNews(): { readonly news: News | null; readonly isLive: boolean } {
  const [news, setNews] = useState<News | null>(null)
  const [isLive, setLive] = useState(false)
  useEffect(() => {
    let source: EventSource | null = null
    // a browser has few connections for one server, so a page that nobody sees holds none
    const follow = (): void => {
      source?.close()
      source = document.hidden ? null : new EventSource('api/events')
      if (source === null) return
      source.onopen = () => setLive(true)
      source.onerror = () => setLive(false)
      source.onmessage = ({ data }) => {
        setNews(JSON.parse(String(data)) as News)
      }
    }
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      source?.close()
    }
  }, [])
  return { news, isLive }
}
