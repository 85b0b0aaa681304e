package dialect

import "slices"

// words are the words that programs write for "no value". An unquoted \N has a class of its own.
var words = [...]string{"NULL", "NA", "null", "Null", "None", "nil", "NaN", "nan", "NaT", "N/A", "n/a", "#N/A", "(null)", "[NULL]", "<null>", "<NULL>", "<NA>", "<missing>",
	"undefined", "-", "--", "?", ".", `\N`}

// wordsMany is the number of words.
const wordsMany = class(len(words))

// wordBegins says which bytes words begin with.
var wordBegins = func() (begins [256]bool) {
	for _, w := range words {
		begins[w[0]] = true
	}
	return begins
}()

// longestWord is the length of the longest word.
var longestWord = len(slices.MaxFunc(words[:], func(a, b string) int { return len(a) - len(b) }))

// mayBeWord is false for most values that are no words. It is fast.
func mayBeWord(value []byte) bool {
	return len(value) > 0 && len(value) <= longestWord && wordBegins[value[0]]
}

// wordAt returns the place of a value in words, and -1 for any other value.
func wordAt(value []byte) int {
	for i, w := range words {
		if string(value) == w {
			return i
		}
	}
	return -1
}

// wordCounts counts the words of a column, unquoted and quoted, and has the numbers of the
// first rows with them.
type wordCounts struct{ count, first [2][wordsMany]int64 }

// addRare counts a word or \N. It is apart from add, which is called for each value.
func (c *column) addRare(cl class, row int64) {
	if cl == slashN {
		c.count[slashN]++
		c.slashN = earlier(c.slashN, row)
		return
	}
	if c.words == nil {
		c.words = &wordCounts{}
	}
	n, in := cl-word, 0
	if cl >= quotedWord {
		n, in = cl-quotedWord, 1
	}
	if c.words.count[in][n]++; c.words.first[in][n] == 0 {
		c.words.first[in][n] = row
	}
}

// mergeWords adds the words of other rows.
func (c *column) mergeWords(o *column) {
	if o.words == nil {
		return
	}
	var sum wordCounts
	if c.words != nil {
		sum = *c.words
	}
	for in := range sum.count {
		for n := range wordsMany {
			sum.count[in][n] += o.words.count[in][n]
			sum.first[in][n] = earlier(sum.first[in][n], o.words.first[in][n])
		}
	}
	c.words = &sum
}

// wordCount returns how often a column has a word, unquoted or quoted.
func (c *column) wordCount(n class, quoted bool) int64 {
	if c.words == nil {
		return 0
	}
	return c.words.count[oneIf(quoted)][n]
}

// firstWord returns the number of the first row with any word, or with \N, 0 for none.
func (c *column) firstWord() (row int64) {
	row = c.slashN
	if c.words != nil {
		for in := range c.words.first {
			for _, first := range c.words.first[in] {
				row = earlier(row, first)
			}
		}
	}
	return row
}

// leastTyped is how many values in columns that cannot have text show a word for "no value".
const leastTyped = 2

// typedWord returns the word that stands for "no value" in columns that cannot have such a
// text: birthdates, phone numbers, flags. There it can mean nothing else, so it means the same
// in all columns. quoted says that the file has it there in quotation marks only. times is how
// often. The result is -1 if there is none.
func (v *verdict) typedWord() (n int, times int64, quoted bool) {
	var counts [2][wordsMany]int64
	for i := range v.shape.columns {
		if c := &v.shape.columns[i]; i < len(v.typed) && v.typed[i] && c.words != nil {
			for in := range counts {
				for n := range wordsMany {
					counts[in][n] += c.words.count[in][n]
				}
			}
		}
	}
	for in := range counts {
		if n := most(counts[in][:]); counts[in][n] >= leastTyped {
			return n, counts[in][n], in == 1
		}
	}
	return -1, 0, false
}

// shown reports whether a column has a word, unquoted or, if that counts, quoted. A column
// that has it more than a hundred times as often as the columns that show it is text: these
// may be slips.
func (c *column) shown(n int, times int64, quoted bool) bool {
	has := c.wordCount(class(n), false)
	if quoted {
		has += c.wordCount(class(n), true)
	}
	return has > 0 && has <= 100*times
}

// bareWord returns the word that a column has unquoted, "" for none.
func (c *column) bareWord() string {
	if c.words == nil {
		return ""
	}
	if n := most(c.words.count[0][:]); c.words.count[0][n] > 0 {
		return words[n]
	}
	return ""
}

// most returns the place of the greatest number; the first one, if there are several.
func most(numbers []int64) (at int) {
	for i, n := range numbers {
		if n > numbers[at] {
			at = i
		}
	}
	return at
}
