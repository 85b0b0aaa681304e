package iamservice

import (
	"slices"

	"poolhouse/internal/iam"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
)

// page is the part of a list that a request asks for.
type page struct {
	iam.Page
	list  pagetoken.List
	pages *pagetoken.Key
}

// newPage reads PathPrefix, Marker and MaxItems of a request for a list. list has the
// operation, and the owner unless it is the account. A marker holds the key of the last item
// before the page. So a creation or deletion between two pages moves no other item from one to
// the other.
func (s *Service) newPage(list pagetoken.List, pathPrefix, marker string, maxItems *int32) (page, error) {
	list = append(list, pathPrefix)
	after, err := service.OpenPage(s.Pages, list, marker)
	if err != nil {
		return page{}, badMarker(list)
	}
	p, err := iam.NewPage(pathPrefix, after, int(service.Value(maxItems)))
	return page{p, list, s.Pages}, err
}

// badMarker is the refusal of a marker that the list did not give out.
func badMarker(list pagetoken.List) error {
	return iam.Errorf(iam.ValidationError, "Invalid Marker: %s gave no such marker for this list.", list[0])
}

// ownedBy names a list of one user or role. Names ignore case.
func ownedBy(operation, owner string) pagetoken.List {
	return pagetoken.List{operation, iam.NameKey(owner)}
}

// andOne is the page with one item more, which shows whether there is another page.
func (p page) andOne() iam.Page {
	more := p.Page
	more.Limit++
	return more
}

// behind returns the items from the page on, of a whole list that is ordered by key.
func behind[T any](p page, all []T, key func(T) string) []T {
	return slices.DeleteFunc(all, func(item T) bool { return key(item) <= p.After })
}

// cutPage returns the page from the beginning of the found items, whether more follow, and the
// marker of the next page.
func cutPage[T any](p page, found []T, key func(T) string) (items []T, truncated *bool, marker string) {
	if len(found) <= p.Limit {
		return found, new(false), ""
	}
	items = found[:p.Limit]
	return items, new(true), p.pages.Seal(p.list, key(items[p.Limit-1]))
}
