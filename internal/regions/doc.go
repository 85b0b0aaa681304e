// Package regions is the list of regions that a server serves: names, or "any". It owns
// the form of a region's name and of the setting. It knows nothing of what is in a
// region.
package regions
