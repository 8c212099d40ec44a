import { render } from 'preact'
import { App } from './app.js'
import { showAllPlainly } from './plain-text.js'

showAllPlainly()
render(<App />, document.body)
